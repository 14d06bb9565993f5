import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ClientEvents } from '../../openapi/events.js';
import { clientEvents } from '../support/asyncapi.js';
import { get, post } from '../support/http.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { connect, stopSockets, type TestSocket } from '../support/socket.js';

let server: TestServer;
let ann: TestSocket;
let bob: TestSocket;
beforeAll(async () => {
  server = await startServer();
  ann = connect(server.url, 'lobby', { nickname: 'Ann' });
  await ann.joined();
  bob = connect(server.url, 'lobby', { nickname: 'Bob' });
  await bob.joined();
});

/** Bob was told of nothing but what was said at last, and nothing was kept. */
afterAll(async () => {
  server.clock.advance(2_000);
  await ann.say('marker');
  await bob.heard('marker');
  expect(bob.received.map(({ name }) => name)).toEqual(['room:joined', 'room:events']);
  expect(bob.events).toMatchObject([{ seq: 1, message: { text: 'marker' } }]);
  expect((await get(server.url, '/api/chat/reads')).data).toEqual({ reads: [] });
  expect(ann.ends).toEqual([]);
  stopSockets();
  await stopServers();
});

const id = '00000000-0000-4000-8000-000000000001';
const COMMANDS: Record<keyof ClientEvents, Record<string, unknown>> = {
  'message:send': { id, text: 'hello' },
  'typing:set': { typing: true },
  'read:mark': { seq: 1 },
};
type Name = keyof ClientEvents;
const names = Object.keys(COMMANDS) as Name[];

const WRONG: unknown[] = [
  null,
  0,
  -1,
  1.5,
  2 ** 53,
  1e300,
  NaN,
  '',
  ' ',
  '0',
  '1',
  'true',
  '\0',
  '\ud800',
  [],
  [1],
  [true],
  {},
  { a: 1 },
  { toString: 1 },
  Buffer.from('1'),
];
const MEMBERS: Record<string, unknown[]> = {
  id: [...WRONG, true, 1, 'a'.repeat(36), id.slice(1), `{${id}}`],
  text: [...WRONG.filter((value) => !['0', '1', 'true'].includes(value as string)), true, 1, 'x'.repeat(4_001)],
  typing: [...WRONG, 1],
  seq: [...WRONG, true, false, -(2 ** 53)],
};

/** Of which members the refusal complains. */
async function complaints(name: Name, ...args: unknown[]) {
  const { code, status, errors } = await ann.refusal(name, ...args);
  return { code, status, fields: errors?.map(({ field }) => field).sort() };
}
const over = (...fields: string[]) => ({ code: 'validation-failed', status: 400, fields: fields.sort() });

it('is tried with every event of a client', () => {
  expect([...clientEvents.keys()].sort()).toEqual([...names].sort());
});

describe.each(names)('%s', (name) => {
  const members = Object.keys(COMMANDS[name]);

  it.each(members)('is refused over its %s, which the refusal names', async (member) => {
    for (const value of MEMBERS[member]!) {
      expect([value, await complaints(name, { ...COMMANDS[name], [member]: value })]).toEqual([value, over(member)]);
    }
  });

  it.each(members)('is refused without its %s', async (member) => {
    const { [member]: _left, ...rest } = COMMANDS[name];
    expect(await complaints(name, rest)).toEqual(over(member));
  });

  it('is refused with no payload, or an empty one', async () => {
    for (const args of [[], [undefined], [null], [{}]]) {
      expect([args, await complaints(name, ...args)]).toEqual([args, over(...members)]);
    }
  });

  it('is refused with a payload that is no object', async () => {
    for (const payload of [true, false, 0, 42, 'hello', '', '{}', [], [COMMANDS[name]], [[[]]], Buffer.from('x')]) {
      expect([payload, await complaints(name, payload)]).toEqual([payload, over('body')]);
    }
  });

  it.each(['other', 'room', 'nickname', 'userId', '__proto__', 'constructor', 'prototype', 'toString', ''])(
    'is refused over a member that it may not have, %j',
    async (member) => {
      for (const value of ['"lobby"', 'null', '{}', '[[1]]']) {
        const payload = JSON.stringify(COMMANDS[name]).replace('{', `{${JSON.stringify(member)}:${value},`);
        expect([value, await complaints(name, JSON.parse(payload))]).toEqual([value, over(member)]);
      }
    },
  );

  it('does no harm without an acknowledgement', async () => {
    for (const args of [[], [null], [[]], ['x'], [{}], [{ ...COMMANDS[name], other: 1 }]])
      ann.socket.emit(name, ...args);
    expect((await ann.refusal(name)).code).toBe('validation-failed');
  });
});

describe('a mark beyond the log', () => {
  it('is refused, on the socket and over REST', async () => {
    const { you } = await ann.joined();
    for (const seq of [1, 2, 2 ** 53 - 1]) {
      expect(await complaints('read:mark', { seq })).toEqual(over('seq'));
      const { status, data } = await post(server.url, '/api/chat/read', { seq }, { token: you.token });
      expect([status, data.errors.map(({ field }: { field: string }) => field)]).toEqual([400, ['seq']]);
    }
  });

  it('is one beyond its own room’s, however far another’s has come', async () => {
    const { url } = server;
    const { you } = await ann.joined();
    await post(url, '/api/chat/rooms', { name: 'tea' });
    for (const text of ['one', 'two']) await post(url, '/api/chat/send', { room: 'tea', text }, { token: you.token });
    expect(await complaints('read:mark', { seq: 2 })).toEqual(over('seq'));
    const inTea = (seq: number) => post(url, '/api/chat/read', { room: 'tea', seq }, { token: you.token });
    expect((await inTea(3)).status).toBe(400);
    expect((await inTea(2)).status).toBe(204);
    expect((await get(url, '/api/chat/reads?room=tea')).data.reads).toMatchObject([{ nickname: 'Ann', seq: 2 }]);
  });
});

describe('typing in another room', () => {
  it('is told there and nowhere else', async () => {
    const { url } = server;
    const { you } = await ann.joined();
    await post(url, '/api/chat/rooms', { name: 'milk' });
    const cem = connect(url, 'milk', { nickname: 'Cem' });
    await cem.joined();
    const { status } = await post(url, '/api/chat/typing', { room: 'milk', typing: true }, { token: you.token });
    expect(status).toBe(204);
    expect((await cem.nth('typing:changed')).users).toEqual([{ userId: you.userId, nickname: 'Ann' }]);
    await cem.say('no sugar', randomUUID());
  });
});
