import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clientEvents } from '../support/asyncapi.js';
import { almost, valid } from '../support/arbitraries.js';
import { contract, expectSchema } from '../support/contract.js';
import { get } from '../support/http.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { connect, stopSockets, type TestSocket } from '../support/socket.js';

/** What fails tells its seed; `CHAT_TEST_SEED` tries another, and with it the same again. */
const seed = Number(process.env['CHAT_TEST_SEED'] ?? 6902);
const RUNS = { seed, numRuns: 100 };

let server: TestServer;
let ann: TestSocket;
beforeAll(async () => {
  server = await startServer();
  ann = connect(server.url, 'lobby', { nickname: 'Ann' });
  await ann.joined();
});
afterAll(async () => {
  expect(ann.ends).toEqual([]);
  stopSockets();
  await stopServers();
});

/** JSON Schema knows nothing of lone surrogates, which no text may have; JSON alone writes them with an escape. */
const hasLoneSurrogate = (value: unknown) => /\\ud[89a-f]/.test(JSON.stringify(value) ?? '');

function isAllowed(schema: string, value: unknown): boolean {
  if (hasLoneSurrogate(value)) return false;
  try {
    expectSchema(schema, value);
    return true;
  } catch {
    return false;
  }
}

/** What the log says of a command whose shape is right. */
const REASONS: Record<string, string[]> = {
  'message:send': ['id-conflict'],
  'read:mark': ['validation-failed'],
};

describe.each([...clientEvents])('%s, as nobody would think of it', (name, { schema }) => {
  const shape = contract.components.schemas[schema];
  // As it goes over the wire.
  const told = (value: unknown) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

  it('is done when the contract allows it, unless the log speaks against it', async () => {
    let done = 0;
    const property = fc.asyncProperty(valid(shape), async (command) => {
      expectSchema(schema, command);
      const answer = await ann.ask(name, command);
      if (answer.ok) done += 1;
      else expect(REASONS[name] ?? []).toContain(answer.problem.code);
    });
    await fc.assert(property, RUNS);
    expect(done).toBeGreaterThan(0);
  });

  it('is refused when the contract does not allow it', async () => {
    let refused = 0;
    const property = fc.asyncProperty(almost(shape), async (command) => {
      const answer = await ann.ask(name, command);
      if (answer.ok) return expectSchema(schema, told(command));
      refused += 1;
      const reasons = isAllowed(schema, told(command)) ? (REASONS[name] ?? []) : ['validation-failed'];
      expect(reasons).toContain(answer.problem.code);
    });
    await fc.assert(property, RUNS);
    expect(refused).toBeGreaterThan(0);
  });
});

it('an event that nobody knows is refused, whatever it carries', async () => {
  const names = fc.string().filter((name) => !clientEvents.has(name) && !RESERVED.includes(name));
  const property = fc.asyncProperty(names, fc.array(fc.jsonValue(), { maxLength: 3 }), async (name, args) => {
    expect((await ann.ask(name, ...args)).ok).toBe(false);
  });
  await fc.assert(property, RUNS);
});

/** What a stock client does not send, and Socket.IO ends a connection for. */
const RESERVED = ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'];

/** Anything else is no Socket.IO packet, and ends the connection. */
const isObject = (auth: unknown): auth is object => typeof auth === 'object' && auth !== null && !Array.isArray(auth);

it('whoever connects is let in or told why not, whatever is in auth', async () => {
  let [joined, refused] = [0, 0];
  const shape = contract.components.schemas.ConnectAuth;
  const auths = fc.oneof(valid(shape), almost(shape)).filter(isObject);
  const property = fc.asyncProperty(auths, async (auth) => {
    const client = connect(server.url, 'lobby', auth);
    await client.joined().then(
      () => (joined += 1),
      async () => {
        await client.refused();
        refused += 1;
      },
    );
    client.leave();
  });
  await fc.assert(property, { seed, numRuns: 30 });
  expect(joined + refused).toBe(30);
});

it('nobody else is disturbed by it', async () => {
  const bob = connect(server.url, 'lobby', { nickname: 'Bob' });
  await bob.joined();
  await bob.say('still here');
  await bob.heard('still here');
  expect((await get(server.url, '/health/ready')).status).toBe(200);
});
