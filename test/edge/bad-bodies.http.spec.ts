import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { startWithBystander } from '../support/bystander.js';
import { contract, operations } from '../support/contract.js';
import { uuid } from '../support/events.js';
import { get, post } from '../support/http.js';
import { stopServers } from '../support/server.js';

const SECRET = 'a secret of sixteen or more';

let server: Awaited<ReturnType<typeof startWithBystander>>;
let token: string;
beforeAll(async () => {
  server = await startWithBystander({ CHAT_SECRET: SECRET });
  const claims = new SignJWT({ nickname: 'Eve' }).setProtectedHeader({ alg: 'HS256' });
  token = await claims.setIssuer('live-chat-room').setSubject('u_eve').sign(new TextEncoder().encode(SECRET));
});
afterAll(async () => {
  expect((await get(server.url, '/api/chat/rooms')).data.rooms).toHaveLength(1);
  expect((await get(server.url, '/api/chat/reads')).data.reads).toEqual([]);
  await server.undisturbed();
  await stopServers();
});

const DOORS = {
  '/api/chat/join': { nickname: 'Mallory' },
  '/api/chat/send': { nickname: 'Mallory', text: 'hello', id: uuid(1) },
  '/api/chat/heartbeat': { room: 'lobby' },
  '/api/chat/leave': { room: 'lobby' },
  '/api/chat/rooms': { name: 'attic', title: 'Under the roof' },
  '/api/chat/typing': { typing: true },
  '/api/chat/read': { seq: 1 },
} as const;
type Door = keyof typeof DOORS;
const doors = Object.keys(DOORS) as Door[];

const changing = operations.filter(({ method }) => method !== 'GET');
const operationOf = (door: Door) => changing.find(({ path }) => path === door)!;
const membersOf = (door: Door) => Object.keys(contract.components.schemas[operationOf(door).body!].properties);
const requiredOf = (door: Door): string[] => contract.components.schemas[operationOf(door).body!].required ?? [];
const tokenFor = (door: Door) => (operationOf(door).token === 'needed' ? { token } : {});

it('is tried at every door that takes a body', () => {
  expect(doors.map((door) => `POST ${door}`).sort()).toEqual(
    changing.map(({ method, path }) => `${method} ${path}`).sort(),
  );
});

const WRONG: unknown[] = [
  null,
  true,
  0,
  1.5,
  -1,
  [],
  ['lobby'],
  [[]],
  {},
  { a: 1 },
  { toString: 1 },
  '',
  '\0',
  'a\0b',
  'a\x1Bb',
  '\ud800',
  'a\udc00b',
  'x'.repeat(20_000),
];
const BLANK = [' ', '\t\n', '\u3000', '\u200B\u200B\0'];
const MEMBERS: Record<string, unknown[]> = {
  nickname: [...WRONG, ...BLANK, 'a'.repeat(33), 'a\nb', '\u202Ebc', 'a\uFE0F', '👩\u200D🚀', '\uE000', 'ﷺ'.repeat(2)],
  text: [...WRONG, ' ', '\t\n', '\u3000', 'a\vb', 'a\fb', 'a\x7F', 'a'.repeat(4_001), '\u{1F600}'.repeat(4_001)],
  room: [...WRONG, ...BLANK, 'Lobby', '-a', 'a-', 'a b', '../a', 'löbby', 'a'.repeat(41), 'a/b', 'lobby\n'],
  id: [
    ...WRONG,
    ...BLANK,
    uuid(1).toUpperCase().replace('8', 'A'),
    '1',
    uuid(1).slice(1),
    `{${uuid(1)}}`,
    'g'.repeat(36),
  ],
  title: [...WRONG, ...BLANK, 'a\nb', '\ta', 'a\x7F', 'a\x85', 'a'.repeat(81), '\u{1F600}'.repeat(81)],
  typing: [...WRONG.filter((value) => value !== true), ...BLANK, 1, 'true', 'false', 'on', [true], { typing: true }],
  seq: [...WRONG, ...BLANK, false, '1', '0x1', [1], { seq: 1 }, 0.999, 2 ** 53, 1e300, -(2 ** 53)],
};
MEMBERS['name'] = MEMBERS['room']!;

describe.each(doors)('a body to %s', (door) => {
  it.each(membersOf(door))('is refused over its %s, which the refusal names', async (member) => {
    for (const value of MEMBERS[member]!) {
      const { status, data } = await post(server.url, door, { ...DOORS[door], [member]: value }, tokenFor(door));
      expect([value, status, data.code, data.errors?.map(({ field }: { field: string }) => field)]).toEqual([
        value,
        400,
        'validation-failed',
        [member],
      ]);
    }
  });

  it.each(
    ['other', '__proto__', 'constructor', 'prototype', 'toString', '', 'a'.repeat(50_000)].map((member) => [
      member.slice(0, 20),
      member,
    ]),
  )('is refused over a member that it may not have, %j', async (_name, member) => {
    for (const value of ['"x"', '{}', '[[1]]', 'null']) {
      const body = JSON.stringify(DOORS[door]).replace('{', `{${JSON.stringify(member)}:${value},`);
      const { status, data } = await post(server.url, door, body, tokenFor(door));
      expect([status, data.code]).toEqual([400, 'validation-failed']);
      expect(data.errors).toHaveLength(1);
      expect(JSON.stringify(data).length).toBeLessThan(1_000);
    }
  });

  it('is refused over many members with an answer of modest size', async () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`m${index}`, index]));
    const { status, data } = await post(server.url, door, { ...many, ...DOORS[door] }, tokenFor(door));
    expect(status).toBe(400);
    expect(JSON.stringify(data).length).toBeLessThan(10_000);
  });

  it.each(['null', 'true', '1', '"text"', '[]', '[{}]', '[[[]]]'])('is refused when it is %s', async (body) => {
    const { status, data } = await post(server.url, door, body, tokenFor(door));
    expect([status, data.errors[0].field]).toEqual([400, 'body']);
  });

  it.each([
    '{',
    '{]',
    '{"room"}',
    "{'room':'lobby'}",
    '{"room":"lobby",}',
    '{"room":"lobby"}{}',
    '\uFEFF\uFEFF{}',
    'NaN',
    '<xml/>',
    '{"room":"\\u12"}',
    '{"room":"a\nb"}',
  ])('is refused when it is no JSON: %j', async (body) => {
    const { status, data } = await post(server.url, door, body, tokenFor(door));
    expect([status, data.errors]).toEqual([400, [{ field: 'body', message: 'must be JSON' }]]);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=a',
    'application/xml',
    'json',
    '',
    ';',
    'application/json-patch+json',
  ])('is refused as %j', async (type) => {
    const { status, data } = await post(server.url, door, JSON.stringify(DOORS[door]), {
      ...tokenFor(door),
      headers: { 'content-type': type },
    });
    expect([status, data.code]).toEqual([415, 'unsupported-media-type']);
  });

  it.each([
    ['an unknown charset', { 'content-type': 'application/json; charset=ebcdic' }, 415],
    ['a charset that is no Unicode', { 'content-type': 'application/json; charset=latin1' }, 415],
    ['an unknown encoding', { 'content-encoding': 'snappy' }, 415],
    ['an encoding that it is not in', { 'content-encoding': 'gzip' }, 400],
    ['two encodings', { 'content-encoding': 'gzip, gzip' }, 415],
  ])('is refused with %s', async (_name, headers, expected) => {
    const { status } = await post(server.url, door, JSON.stringify(DOORS[door]), {
      ...tokenFor(door),
      headers: headers,
    });
    expect(status).toBe(expected);
  });

  it.each([65_537, 1_048_576])('is refused with %i bytes', async (bytes) => {
    const body = JSON.stringify({ ...DOORS[door], room: 'a'.repeat(bytes) });
    const { status, data } = await post(server.url, door, body, tokenFor(door));
    expect([status, data.code]).toEqual([413, 'too-large']);
  });
});

describe.each(doors.filter((door) => membersOf(door).includes('room')))('a room that there is not', (door) => {
  it(`is told to ${door}`, async () => {
    for (const room of ['attic', 'constructor', 'prototype', 'a'.repeat(40), '0']) {
      const { status, data } = await post(server.url, door, { ...DOORS[door], room }, tokenFor(door));
      expect([room, status, data.code]).toEqual([room, 404, 'room-not-found']);
    }
  });
});

describe.each(doors.flatMap((door) => requiredOf(door).map((member) => [door, member] as const)))(
  'a body to %s without its %s',
  (door, member) => {
    it('is refused over that', async () => {
      const { [member]: _left, ...body } = DOORS[door] as Record<string, unknown>;
      const { status, data } = await post(server.url, door, body, tokenFor(door));
      expect([status, data.errors.map(({ field }: { field: string }) => field)]).toEqual([400, [member]]);
    });
  },
);
