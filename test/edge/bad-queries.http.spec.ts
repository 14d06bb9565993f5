import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startWithBystander } from '../support/bystander.js';
import { operations } from '../support/contract.js';
import { get } from '../support/http.js';
import { randomFrom } from '../support/random.js';
import { stopServers } from '../support/server.js';

let server: Awaited<ReturnType<typeof startWithBystander>>;
beforeAll(async () => {
  server = await startWithBystander();
});
afterAll(async () => {
  await server.undisturbed();
  await stopServers();
});

const ROOMS = [
  '',
  ' ',
  'Lobby',
  'LOBBY',
  '-a',
  'a-',
  'a b',
  'a/b',
  '../a',
  'löbby',
  'a'.repeat(41),
  'a\0',
  'a\n',
  '\u{1F600}',
];
const CURSORS = [
  '',
  ':',
  'a',
  'a:',
  ':1',
  'a:01',
  'a:-1',
  'a:1.5',
  'a:1:1',
  'a b:1',
  'a:1\n',
  'ä:1',
  `a:${'9'.repeat(16)}`,
  `${'a'.repeat(65)}:1`,
];
const NUMBERS = [
  '',
  ' ',
  '-1',
  '1.5',
  '1e1',
  '0x10',
  '1_0',
  'ten',
  'NaN',
  'Infinity',
  '٣',
  ' 5',
  '5 ',
  '+5',
  '9007199254740992',
  '9'.repeat(400),
];

const DOORS: Record<string, Record<string, string[]>> = {
  '/api/chat/users': { room: ROOMS },
  '/api/chat/reads': { room: ROOMS },
  '/api/chat/messages': { room: ROOMS, before: [...NUMBERS, '0'], limit: [...NUMBERS, '0', '201'] },
  '/api/chat/events': { room: ROOMS, since: CURSORS, wait: [...NUMBERS, '31'] },
  '/api/chat/stream': { room: ROOMS, since: CURSORS },
};

it('is tried at every door that takes a query, with all its parameters', () => {
  const asked = operations
    .map(({ path, parameters }) => [path, parameters.filter((parameter) => parameter.in === 'query')] as const)
    .filter(([, parameters]) => parameters.length > 0)
    .map(([path, parameters]) => [path, parameters.map(({ name }) => name).sort()]);
  const tried = Object.entries(DOORS).map(([path, values]) => [path, Object.keys(values).sort()]);
  expect(Object.fromEntries(tried)).toEqual(Object.fromEntries(asked));
});

describe.each(Object.keys(DOORS))('a query to %s', (door) => {
  it.each(Object.keys(DOORS[door]!))('is refused over its %s, which the refusal names', async (name) => {
    for (const value of DOORS[door]![name]!) {
      const { status, data } = await get(server.url, `${door}?${name}=${encodeURIComponent(value)}`);
      expect([value, status, data.code, data.errors?.map(({ field }: { field: string }) => field)]).toEqual([
        value,
        400,
        'validation-failed',
        [name],
      ]);
    }
  });

  it.each(Object.keys(DOORS[door]!))('is refused when it gives its %s twice', async (name) => {
    const { status, data } = await get(server.url, `${door}?${name}=1&${name}=1`);
    expect([status, data.errors]).toEqual([400, [{ field: name, message: 'must be given once' }]]);
  });

  it('is told that there is no such room', async () => {
    for (const room of ['attic', 'constructor', 'prototype', 'a'.repeat(40), '0']) {
      const { status, data } = await get(server.url, `${door}?room=${room}`);
      expect([room, status, data.code]).toEqual([room, 404, 'room-not-found']);
    }
  });

  it.each(['room=%ZZ', 'room=%', 'room=%C3%28', 'room=%ED%A0%80', 'room=%00', 'room[]=a', 'room=a%00b'])(
    'is refused with %s',
    async (query) => {
      const { status, data } = await get(server.url, `${door}?${query}${query.includes('[]') ? '&room=%00' : ''}`);
      expect([status, data.code]).toEqual([400, 'validation-failed']);
    },
  );
});

describe('what a query has beside', () => {
  const beside = [
    '__proto__=1',
    '__proto__[room]=attic',
    'constructor=1',
    'toString=1',
    'room[a]=1',
    '=',
    '&&&',
    'a'.repeat(5_000),
  ];

  it.each(beside.map((query) => [query.slice(0, 30), query]))('is left out, %s', async (_name, query) => {
    expect((await get(server.url, `/api/chat/users?${query}`)).status).toBe(200);
  });

  it.each([2, 2_000])('is refused when it is given %i times', async (times) => {
    const { status, data } = await get(server.url, `/api/chat/users?${'a=1&'.repeat(times)}`);
    expect([status, data.errors]).toEqual([400, [{ field: 'a', message: 'must be given once' }]]);
  });
});

describe('a Last-Event-ID', () => {
  const cursors = CURSORS.filter((cursor) => /^[!-~ ]+$/.test(cursor));
  it.each([...cursors, ''])('is refused by its own name when it is %j', async (cursor) => {
    const { status, data } = await get(server.url, '/api/chat/stream', { headers: { 'last-event-id': cursor } });
    expect([status, data.code]).toEqual([400, 'validation-failed']);
    expect(data.errors.map(({ field }: { field: string }) => field)).toEqual(['Last-Event-ID']);
  });
});

describe('a query of which nobody thought', () => {
  it('is answered as the contract says', async () => {
    const { below, pick } = randomFrom(7);
    const pieces = [
      'room',
      'limit',
      'before',
      '=',
      '=',
      '&',
      'lobby',
      '1',
      '-',
      '%',
      '%00',
      '%F0%9F%98%80',
      '%ff',
      '[',
      ']',
      '.',
      '__proto__',
      '+',
      '#',
      '/',
      '?',
      'e',
    ];
    for (let round = 0; round < 300; round++) {
      const query = Array.from({ length: below(12) }, () => pick(pieces)).join('');
      const { status } = await get(server.url, `/api/chat/messages?${query}`);
      expect([query, [200, 400, 404].includes(status)]).toEqual([query, true]);
    }
  });
});
