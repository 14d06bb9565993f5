import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { contract } from '../support/contract.js';
import { call } from '../support/http.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

let server: TestServer;
let token: string | undefined;
beforeAll(async () => {
  server = await startServer();
});
afterAll(stopServers);

const named = ({ $ref }: { $ref: string }) =>
  $ref
    .split('/')
    .slice(1)
    .reduce<any>((value, name) => value[name], contract);
const follow = (value: any) => (value?.$ref ? named(value) : value);

/** In the order in which they are described, which is one in which they can be tried. */
const operations = Object.entries<any>(contract.paths).flatMap(([path, methods]) =>
  Object.entries<any>(methods).map(([method, operation]): [string, string, string, any] => [
    operation.operationId,
    method.toUpperCase(),
    path,
    operation,
  ]),
);

it.each(operations)('%s can be tried on a fresh server as it is shown', async (id, method, path, operation) => {
  expect(operation.summary).toMatch(/^[A-Z].+[^.]$/);
  const query = new URLSearchParams();
  for (const { name, in: place, schema } of (operation.parameters ?? []).map(follow)) {
    const example = follow(schema).examples?.[0] ?? schema.default;
    expect([name, example]).not.toEqual([name, undefined]);
    if (place === 'query') query.set(name, String(example));
  }
  const [body] = follow(operation.requestBody?.content['application/json'].schema)?.examples ?? [];
  expect(body !== undefined).toBe(operation.requestBody !== undefined);
  if (id === 'streamEvents') return;
  const { status, data } = await call(server.url, method, `${path}?${query}`, { body, ...(token && { token }) });
  expect(['200', '201', '204'].filter((done) => done in operation.responses)).toContain(String(status));
  if (id === 'join') token = data.token;
});

it('streamEvents answers its example with a stream', async () => {
  const gone = new AbortController();
  const { status } = await fetch(`${server.url}/api/chat/stream?room=lobby`, { signal: gone.signal });
  expect(status).toBe(200);
  gone.abort();
});
