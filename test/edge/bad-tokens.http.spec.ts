import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { startWithBystander } from '../support/bystander.js';
import { contract, type Operation, operations } from '../support/contract.js';
import { call, post } from '../support/http.js';
import { stopServers } from '../support/server.js';

const SECRET = 'a secret of sixteen or more';
const CLAIMS = { sub: 'u_mallory', nickname: 'Mallory', iss: 'live-chat-room' };

let server: Awaited<ReturnType<typeof startWithBystander>>;
beforeAll(async () => {
  server = await startWithBystander({ CHAT_SECRET: SECRET });
});
afterAll(async () => {
  await server.undisturbed();
  await stopServers();
});

const signed = (payload: JWTPayload, { alg = 'HS256', secret = SECRET } = {}) =>
  new SignJWT(payload)
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(secret.padEnd(64, secret === SECRET ? '' : 'x')));

const altered = async () => {
  const [head, , signature] = (await signed(CLAIMS)).split('.');
  return [head, Buffer.from(JSON.stringify({ ...CLAIMS, nickname: 'Admin' })).toString('base64url'), signature].join(
    '.',
  );
};

const TOKENS: Record<string, () => string | Promise<string>> = {
  'that is garbage': () => 'garbage',
  'of dots': () => '..',
  'of three parts that are nothing': () => 'a.b.c',
  'that is long': () => `${'a'.repeat(4_000)}.${'b'.repeat(4_000)}.c`,
  'that nobody signed': () => new UnsecuredJWT(CLAIMS).encode(),
  'that another secret signed': () => signed(CLAIMS, { secret: 'another secret, just as long' }),
  'that nothing signed': () => signed(CLAIMS, { secret: ' ' }),
  'whose words were altered': altered,
  'of another issuer': () => signed({ ...CLAIMS, iss: 'another' }),
  'of no issuer': () => signed({ sub: 'u_mallory', nickname: 'Mallory' }),
  'that has expired': () => signed({ ...CLAIMS, exp: 1 }),
  'without a user': () => signed({ nickname: 'Mallory', iss: CLAIMS.iss }),
  'without a nickname': () => signed({ sub: 'u_mallory', iss: CLAIMS.iss }),
  'whose nickname is no text': () => signed({ ...CLAIMS, nickname: 5 }),
};

const doors = operations.filter(({ token }) => token !== 'ignored');

/** The contract's own example of a body. */
const exampleOf = ({ body }: Operation) => body && contract.components.schemas[body].examples[0];

const callEach = (called: Operation[], headers: Record<string, string>) =>
  Promise.all(
    called.map(async (door) => {
      const { method, path } = door;
      const { status, data, headers: told } = await call(server.url, method, path, { body: exampleOf(door), headers });
      return [`${method} ${path}`, status, data.code, told.get('www-authenticate')];
    }),
  );

const unauthorized = (called: Operation[]) =>
  called.map(({ method, path }) => [`${method} ${path}`, 401, 'unauthorized', 'Bearer']);

async function expectUnauthorized(authorization: string): Promise<void> {
  expect(await callEach(doors, { authorization })).toEqual(unauthorized(doors));
}

describe('every door', () => {
  it('of the room looks at a token', () => {
    const others = operations.filter(({ token }) => token === 'ignored').map(({ path }) => path);
    expect(others.filter((path) => path.startsWith('/api/chat/'))).toEqual([]);
  });

  it('that acts for a person refuses who has no token', async () => {
    const needing = doors.filter(({ token }) => token === 'needed');
    expect(needing.map(({ path }) => path).sort()).toEqual(
      ['heartbeat', 'leave', 'read', 'typing'].map((name) => `/api/chat/${name}`),
    );
    expect(await callEach(needing, {})).toEqual(unauthorized(needing));
  });
});

describe('every door refuses a token', () => {
  it.each(Object.keys(TOKENS))('%s', async (name) => expectUnauthorized(`Bearer ${await TOKENS[name]!()}`));

  it.each(['HS384', 'HS512'])('of another algorithm, %s', async (alg) => {
    const key = new TextEncoder().encode(SECRET);
    const [head, payload] = [{ alg }, CLAIMS].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const hash = { name: 'HMAC', hash: alg.replace('HS', 'SHA-') };
    const imported = await crypto.subtle.importKey('raw', key, hash, false, ['sign']);
    const signature = await crypto.subtle.sign('HMAC', imported, new TextEncoder().encode(`${head}.${payload}`));
    await expectUnauthorized(`Bearer ${head}.${payload}.${Buffer.from(signature).toString('base64url')}`);
  });
});

describe('every door refuses an Authorization', () => {
  it.each([
    'Basic QW5uOnNlY3JldA==',
    'Bearer',
    'Bearer ',
    'Token abc',
    'Bearer a b',
    'Bearer "abc"',
    'Bearer abc,Bearer def',
    'bearer:abc',
    'Ann',
    '',
  ])('that is %j', async (authorization) => expectUnauthorized(authorization));
});

describe('a token that is right', () => {
  it('is taken, whatever the case of its scheme', async () => {
    const token = await signed({ ...CLAIMS, sub: 'u_ann', nickname: 'Ann' });
    for (const scheme of ['Bearer', 'bearer', 'BEARER  ']) {
      const { status } = await post(
        server.url,
        '/api/chat/leave',
        {},
        { headers: { authorization: `${scheme} ${token}` } },
      );
      expect(status).toBe(204);
    }
  });

  it('says nothing about another nickname', async () => {
    const token = await signed({ ...CLAIMS, sub: 'u_ann', nickname: 'Ann' });
    for (const path of ['/api/chat/join', '/api/chat/send']) {
      const body = { nickname: 'Ben', ...(path.endsWith('send') && { text: 'I am Ben' }) };
      expect((await post(server.url, path, body, { token })).data.code).toBe('forbidden');
    }
  });
});
