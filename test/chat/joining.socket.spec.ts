import { afterEach, describe, expect, it } from '@jest/globals';
import { get, post } from '../support/http.js';
import { startServer, stopServers } from '../support/server.js';
import { connect, connectTo, stopSockets, TRANSPORTS } from '../support/socket.js';

afterEach(stopServers);
afterEach(stopSockets);

describe('joining a room over Socket.IO', () => {
  it.each(Object.entries(TRANSPORTS))(
    'tells first, and once, where the room stands (%s)',
    async (_name, transports) => {
      const { url } = await startServer();
      await post(url, '/api/chat/send', { nickname: 'Bob', text: 'before' });
      const ann = connect(url, 'lobby', { nickname: 'Ann' }, { transports });
      const joined = await ann.joined();
      expect(joined).toMatchObject({ room: 'lobby', seq: 1, recovered: false, online: 2, you: { nickname: 'Ann' } });
      expect(joined.messages!.map(({ text }) => text)).toEqual(['before']);
      const { userId, nickname } = joined.you;
      expect(joined.users).toContainEqual({ userId, nickname });
      await ann.say('after');
      await ann.heard('after');
      expect(ann.received.map(({ name }) => name)).toEqual(['room:joined', 'room:events']);
    },
  );

  it('gives a token that is good over REST', async () => {
    const { url } = await startServer();
    const ann = connect(url, 'lobby', { nickname: '  Ann ' });
    const { you } = await ann.joined();
    const { data } = await post(url, '/api/chat/send', { text: 'from curl' }, { token: you.token });
    expect(data.message).toMatchObject({ userId: you.userId, nickname: 'Ann' });
  });

  it('takes a token of REST, and gives it back', async () => {
    const { url } = await startServer();
    const { data } = await post(url, '/api/chat/join', { nickname: 'Ann' });
    const { you, online } = await connect(url, 'lobby', { token: data.token }).joined();
    expect(you).toEqual({ ...data.user, token: data.token });
    expect(online).toBe(1);
  });

  it('takes a token together with its own nickname', async () => {
    const { url } = await startServer();
    const { data } = await post(url, '/api/chat/join', { nickname: 'Ann' });
    const { you } = await connect(url, 'lobby', { token: data.token, nickname: 'ann' }).joined();
    expect(you.nickname).toBe('Ann');
  });

  it('leaves other members of auth alone', async () => {
    const { url } = await startServer();
    const auth = { nickname: 'Ann', theme: { dark: true } } as object;
    expect((await connect(url, 'lobby', auth).joined()).you.nickname).toBe('Ann');
  });
});

describe('being refused at the door of a room', () => {
  const cases: [string, object, object][] = [
    ['neither nickname nor token', {}, { code: 'validation-failed', errors: [{ field: 'nickname' }] }],
    ['a blank nickname', { nickname: ' ' }, { code: 'validation-failed', errors: [{ field: 'nickname' }] }],
    ['a nickname of control characters', { nickname: 'a\u0000' }, { code: 'validation-failed' }],
    ['a nickname that is too long', { nickname: 'x'.repeat(33) }, { code: 'validation-failed' }],
    [
      'a nickname that is no string',
      { nickname: { $ne: 1 } },
      { code: 'validation-failed', errors: [{ field: 'nickname' }] },
    ],
    ['a nickname that is null', { nickname: null }, { code: 'validation-failed', errors: [{ field: 'nickname' }] }],
    ['a token of nobody', { token: 'a.b.c' }, { code: 'unauthorized', status: 401 }],
    ['a token that is a list', { token: ['a'] }, { code: 'validation-failed', errors: [{ field: 'token' }] }],
    [
      'a cursor that is none',
      { nickname: 'Ann', since: '12' },
      { code: 'validation-failed', errors: [{ field: 'since' }] },
    ],
    [
      'a cursor that is a number',
      { nickname: 'Ann', since: 12 },
      { code: 'validation-failed', errors: [{ field: 'since' }] },
    ],
  ];

  it.each(cases)('tells why: %s', async (_what, auth, problem) => {
    const { url } = await startServer();
    const client = connect(url, 'lobby', auth);
    expect(await client.refused()).toMatchObject({
      ...problem,
      ...('errors' in problem && {
        errors: (problem.errors as object[]).map((error) => expect.objectContaining(error)),
      }),
    });
    expect(client.received).toEqual([]);
    expect((await get(url, '/api/chat/users')).data.online).toBe(0);
  });

  it('suggests a free nickname when the one asked for is taken', async () => {
    const { url } = await startServer();
    await connect(url, 'lobby', { nickname: 'Ann' }).joined();
    const { code, status, suggestion } = await connect(url, 'lobby', { nickname: 'ANN' }).refused();
    expect({ code, status }).toEqual({ code: 'nickname-taken', status: 409 });
    expect((await connect(url, 'lobby', { nickname: suggestion! }).joined()).you.nickname).toBe(suggestion);
  });

  it('forbids a nickname that is not the token’s', async () => {
    const { url } = await startServer();
    const { data } = await post(url, '/api/chat/join', { nickname: 'Ann' });
    expect(await connect(url, 'lobby', { token: data.token, nickname: 'Bob' }).refused()).toMatchObject({
      code: 'forbidden',
    });
  });

  it('lets one of two in who ask for a nickname at the same moment', async () => {
    const { url } = await startServer();
    const both = [connect(url, 'lobby', { nickname: 'Ann' }), connect(url, 'lobby', { nickname: 'Ann' })];
    const outcomes = await Promise.allSettled(both.map((client) => client.joined()));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const loser = both[outcomes.findIndex(({ status }) => status === 'rejected')]!;
    expect(await loser.refused()).toMatchObject({ code: 'nickname-taken' });
    expect(loser.received).toEqual([]);
  });

  it.each([
    ['an unknown room', '/chat/nowhere'],
    ['no room', '/'],
    ['another namespace', '/admin'],
    ['a name out of the prototype', '/chat/__proto__'],
    ['a malformed room', '/chat/UPPER'],
    ['a room that is too long', `/chat/${'x'.repeat(41)}`],
    ['a room within a room', '/chat/lobby/x'],
    ['the bare prefix', '/chat'],
    ['an encoded name', '/chat/lob%62y'],
    ['Unicode', '/chat/\u{1F600}'],
  ])('knows no room under %s', async (_what, namespace) => {
    const { url } = await startServer();
    expect(await connectTo(url, namespace, { nickname: 'Ann' }).refused()).toMatchObject({
      code: 'room-not-found',
      status: 404,
    });
  });
});
