import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startWithBystander } from '../support/bystander.js';
import { post } from '../support/http.js';
import { randomFrom } from '../support/random.js';
import { stopServers } from '../support/server.js';

const LARGE = 10_485_760;

let server: Awaited<ReturnType<typeof startWithBystander>>;
beforeAll(async () => {
  server = await startWithBystander();
});
afterAll(async () => {
  await server.undisturbed();
  await stopServers();
});

describe('a body in bytes', () => {
  const send = async (body: Buffer, headers: Record<string, string>) => {
    const answer = await fetch(`${server.url}/api/chat/send`, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
    return [answer.status, (await answer.json()).code];
  };

  it.each([
    ['a small body that grows to a gigabyte’s beginning, by gzip', gzipSync(Buffer.alloc(LARGE, ' ')), 'gzip'],
    ['the same by brotli', brotliCompressSync(Buffer.alloc(LARGE, ' ')), 'br'],
  ])('is refused as too large: %s', async (_name, body, encoding) => {
    expect(body.length).toBeLessThan(65_536);
    expect(await send(body, { 'content-encoding': encoding })).toEqual([413, 'too-large']);
  });

  it('is refused when it is cut off inside its encoding', async () => {
    const body = gzipSync(JSON.stringify({ nickname: 'Mallory', text: 'hello' })).subarray(0, -10);
    expect(await send(body, { 'content-encoding': 'gzip' })).toEqual([400, 'validation-failed']);
  });

  it.each([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]])(
    'is refused when it is not UTF-8: %p',
    async (...bytes) => {
      const body = Buffer.concat([
        Buffer.from('{"nickname":"Mallory","text":"a'),
        Buffer.from(bytes),
        Buffer.from('"}'),
      ]);
      expect(await send(body, {})).toEqual([400, 'validation-failed']);
    },
  );

  it('is refused when it is deep, at 30 000 levels and at 100 000', async () => {
    for (const [levels, expected] of [
      [30_000, [400, 'validation-failed']],
      [100_000, [413, 'too-large']],
    ] as const) {
      for (const [open, close] of [
        ['[', ']'],
        ['{"a":', '}'],
      ] as const) {
        if (open.length * levels > 65_000 && levels === 30_000) continue;
        const deep = open.repeat(levels) + (open === '[' ? '' : '1') + close.repeat(levels);
        expect(await send(Buffer.from(`{"nickname":"Mallory","text":${deep}}`), {})).toEqual(expected);
        expect(await send(Buffer.from(deep), {})).toEqual(expected);
      }
    }
  });
});

describe('a body of which nobody thought', () => {
  it('is refused as a Problem, or would have been right', async () => {
    const { below, pick } = randomFrom(42);
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      '\\u',
      'd800',
      '0',
      '-',
      '1e9',
      'null',
      'true',
      '"text"',
      '"nickname"',
      '"room"',
      '"\\u0000"',
      ' ',
      '\n',
      '\0',
      'é',
      '\u{1F600}',
      '__proto__',
    ];
    for (let round = 0; round < 300; round++) {
      const body = Array.from({ length: below(20) }, () => pick(pieces)).join('') || '{}';
      const { status, data } = await post(server.url, pick(['/api/chat/join', '/api/chat/send'] as const), body);
      expect([body, status, data.code]).toEqual([body, 400, 'validation-failed']);
    }
  }, 20_000);
});

describe('a deep body to a server that takes large ones', () => {
  it('is refused at 100 000 levels as any other', async () => {
    const roomy = await startWithBystander({ CHAT_MAX_BODY_BYTES: String(LARGE) });
    for (const deep of [
      '['.repeat(100_000) + ']'.repeat(100_000),
      '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000),
    ]) {
      const { status, data } = await post(roomy.url, '/api/chat/send', `{"nickname":"Mallory","text":${deep}}`);
      expect([status, data.errors]).toEqual([400, [{ field: 'text', message: 'must be a single value' }]]);
      expect((await post(roomy.url, '/api/chat/send', deep)).status).toBe(400);
    }
    await roomy.undisturbed();
  });
});
