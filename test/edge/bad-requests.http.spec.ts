import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startWithBystander } from '../support/bystander.js';
import { expectSchema, operations } from '../support/contract.js';
import { head, type RawAnswer, raw } from '../support/raw.js';
import { stopServers } from '../support/server.js';

let server: Awaited<ReturnType<typeof startWithBystander>>;
beforeAll(async () => {
  server = await startWithBystander();
});
afterAll(async () => {
  await server.undisturbed();
  await stopServers();
});

async function expectProblem(status: number, code: string, ...parts: string[]): Promise<RawAnswer> {
  const answer = await raw(server.url, ...parts);
  expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/problem+json; charset=utf-8']);
  const problem = JSON.parse(answer.text);
  expectSchema('Problem', problem);
  expect(problem.code).toBe(code);
  return answer;
}

describe('an address that nothing has', () => {
  it.each(
    [
      '/api',
      '/api/',
      '/api/chat',
      '/api/chat/nothing',
      '/api/chat/%ZZ',
      '/api/chat/%00',
      '/api/chat/%C0%AE',
      '/api/chat/../../etc/passwd',
      '/api/docs/../x',
      '/metrics/x',
      '/.env',
      '/api//chat/users',
      '/API/CHAT/nothing',
      `/${'a'.repeat(8_000)}`,
    ].map((path) => [path.slice(0, 60), path] as const),
  )('is told as a Problem: %s', async (_name, path) => {
    await expectProblem(404, 'not-found', head('GET', path));
  });
});

describe('a method that a path does not have', () => {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
  const paths = Object.groupBy(operations, ({ path }) => path);
  const allowed = Object.entries(paths).map(([path, calls]): [string, string[]] => {
    const own = calls!.map(({ method }) => method);
    return [path, own.includes('GET') ? [...own, 'HEAD'] : own];
  });
  const DOCUMENTS = ['/api/openapi.yaml', '/api/openapi.json', '/api/asyncapi.yaml', '/api/asyncapi.json', '/api/docs'];
  const documents = [...DOCUMENTS, '/api/docs/events'].map((path): [string, string[]] => [path, ['GET', 'HEAD']]);

  it.each([...allowed, ...documents])('is refused, and told which it has: %s', async (path, own) => {
    for (const method of methods.filter((method) => !own.includes(method))) {
      const { headers } = await expectProblem(405, 'method-not-allowed', head(method, path));
      expect(headers['allow']!.split(', ').sort()).toEqual(own.sort());
    }
  });

  it('is refused as well in front of a slash, in capitals and with a body', async () => {
    await expectProblem(405, 'method-not-allowed', head('GET', '/api/chat/send/'));
    await expectProblem(405, 'method-not-allowed', head('PUT', '/API/Chat/SEND'));
    await expectProblem(405, 'method-not-allowed', head('POST', '/api/chat/users', { 'Content-Length': 5 }), '{oops');
  });

  it('is no method at all when nobody knows it', async () => {
    expect((await raw(server.url, head('BREW', '/api/chat/users'))).status).toBe(400);
  });
});

/** What is asked of the room, but for the stream, which does not end. */
const QUESTIONS = ['/api/chat/users', '/api/chat/messages', '/api/chat/events', '/api/chat/rooms', '/api/chat/reads'];
const OPERATORS = ['/health/live', '/health/ready', '/metrics'];

it('is tried at every door that can be asked', () => {
  const asked = operations.filter(({ method }) => method === 'GET').map(({ path }) => path);
  expect([...QUESTIONS, ...OPERATORS, '/api/chat/stream'].sort()).toEqual(asked.sort());
});

describe('HEAD', () => {
  it.each([...QUESTIONS, ...OPERATORS, '/api/openapi.json'])(
    'is answered for %s as GET is, without a body',
    async (path) => {
      const answer = await raw(server.url, head('HEAD', path));
      expect([answer.status, answer.text]).toEqual([200, '']);
      expect(Number(answer.headers['content-length'])).toBeGreaterThan(0);
    },
  );

  it('tells what is wrong by its status', async () => {
    expect(await raw(server.url, head('HEAD', '/api/chat/users?room=attic'))).toMatchObject({ status: 404, text: '' });
    expect(await raw(server.url, head('HEAD', '/api/chat/stream?since=x'))).toMatchObject({ status: 400, text: '' });
  });
});

describe('OPTIONS', () => {
  it('is told as a Problem where no other site’s pages may call', async () => {
    const preflight = head('OPTIONS', '/api/chat/send', { Origin: 'https://elsewhere.example' });
    await expectProblem(405, 'method-not-allowed', preflight);
  });
});

describe('a request that is none', () => {
  it.each([
    ['a URL of 20 000 bytes', head('GET', `/api/chat/users?room=${'a'.repeat(20_000)}`), 431],
    ['a header of 20 000 bytes', head('GET', '/api/chat/users', { 'X-Long': 'a'.repeat(20_000) }), 431],
    ['a token of 20 000 bytes', head('GET', '/api/chat/users', { Authorization: `Bearer ${'a'.repeat(20_000)}` }), 431],
    ['no host', 'GET /api/chat/users HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a space in its target', head('GET', '/api/chat users'), 400],
    ['another protocol', 'HELO chat\r\n\r\n', 400],
    ['a length that is no number', head('POST', '/api/chat/send', { 'Content-Length': 'x' }), 400],
    ['a length below nothing', head('POST', '/api/chat/send', { 'Content-Length': -1 }), 400],
    ['two lengths', 'POST /api/chat/send HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}', 400],
    [
      'a length and chunks',
      head('POST', '/api/chat/send', { 'Content-Length': 2, 'Transfer-Encoding': 'chunked' }) + '0\r\n\r\n',
      400,
    ],
    [
      'a chunk that is none',
      head('POST', '/api/chat/send', { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' }) +
        'zz\r\n{}\r\n',
      400,
    ],
    ['a null in a header', head('GET', '/api/chat/users', { 'X-Null': 'a\0b' }), 400],
  ])('is refused, for %s', async (_name, request, expected) => {
    expect((await raw(server.url, request)).status).toBe(expected);
  });

  it('is forgotten when it breaks off', async () => {
    const { hostname, port } = new URL(server.url);
    const { connect } = await import('node:net');
    for (const start of [
      'GET /api',
      head('POST', '/api/chat/send', { 'Content-Type': 'application/json', 'Content-Length': 50 }) + '{"text":',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname);
        socket.on('error', () => undefined).once('close', () => resolve());
        socket.write(start, () => socket.resetAndDestroy());
      });
    }
  });
});

describe('a body where none belongs', () => {
  it.each(QUESTIONS)('means nothing to GET %s', async (path) => {
    for (const type of ['application/json', 'text/plain']) {
      const answer = await raw(server.url, head('GET', path, { 'Content-Type': type, 'Content-Length': 5 }), '{oops');
      expect(answer.status).toBe(200);
    }
  });
});
