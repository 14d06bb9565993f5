import { afterEach, describe, expect, it } from '@jest/globals';
import { get, post } from '../support/http.js';
import { join, nicknames } from '../support/people.js';
import { startServer, stopServers } from '../support/server.js';

afterEach(stopServers);

describe('a person over REST', () => {
  it.each([
    ['POST', '/api/chat/join', { nickname: 'Ann' }],
    ['POST', '/api/chat/send', { text: 'still here' }],
    ['POST', '/api/chat/heartbeat', {}],
    ['GET', '/api/chat/messages', undefined],
    ['GET', '/api/chat/events', undefined],
    ['GET', '/api/chat/users', undefined],
  ] as const)('stays by %s %s', async (method, path, body) => {
    const { url, clock } = await startServer();
    const { token } = await join(url, 'Ann');
    clock.advance(29_000);
    await (method === 'GET' ? get(url, path, { token }) : post(url, path, body, { token }));
    clock.advance(29_000);
    expect(await nicknames(url)).toEqual(['Ann']);
    clock.advance(1_000);
    expect(await nicknames(url)).toEqual([]);
  });

  it('stays by no call without the token', async () => {
    const { url, clock } = await startServer();
    await join(url, 'Ann');
    clock.advance(29_000);
    await get(url, '/api/chat/messages');
    clock.advance(1_000);
    expect(await nicknames(url)).toEqual([]);
  });

  it('is stale after 30 s of silence, and the nickname is free', async () => {
    const { url, clock } = await startServer();
    const { user } = await join(url, 'Ann');
    clock.advance(29_000);
    expect((await post(url, '/api/chat/join', { nickname: 'Ann' })).status).toBe(409);
    clock.advance(1_000);
    expect((await join(url, 'Ann')).user.userId).not.toBe(user.userId);
  });

  it('is back with the token, as the same user, after any silence', async () => {
    const { url, clock } = await startServer();
    const { token, user } = await join(url, 'Ann');
    clock.advance(24 * 3_600_000);
    const { data } = await post(url, '/api/chat/heartbeat', undefined, { token });
    expect(data).toMatchObject({ online: 1, users: [user] });
  });

  it('is told when the nickname is another’s by now', async () => {
    const { url, clock } = await startServer();
    const { token } = await join(url, 'Ann');
    clock.advance(30_000);
    await join(url, 'Ann');
    for (const { status, data } of [
      await post(url, '/api/chat/heartbeat', undefined, { token }),
      await post(url, '/api/chat/send', { text: 'hello' }, { token }),
      await get(url, '/api/chat/users', { token }),
      await get(url, '/api/chat/messages', { token }),
      await get(url, '/api/chat/events', { token }),
    ]) {
      expect([status, data.code, data.suggestion]).toEqual([409, 'nickname-taken', 'Ann 2']);
    }
  });
});

describe('a heartbeat', () => {
  it('tells who is there and how far the log has come', async () => {
    const { url } = await startServer();
    const { token, user } = await join(url, 'Ann');
    const { data: said } = await post(url, '/api/chat/send', { nickname: 'Ben', text: 'hello' });
    const { status, data } = await post(url, '/api/chat/heartbeat', { room: 'lobby' }, { token });
    const { userId, nickname } = said.message;
    expect(status).toBe(200);
    expect(data).toMatchObject({ online: 2, users: [user, { userId, nickname }], seq: 1 });
  });

  it('needs a token', async () => {
    const { url } = await startServer();
    const { status, data, headers } = await post(url, '/api/chat/heartbeat', {});
    expect([status, data.code, headers.get('www-authenticate')]).toEqual([401, 'unauthorized', 'Bearer']);
  });
});

describe('leaving', () => {
  it('is at once, frees the nickname, and may be said twice', async () => {
    const { url } = await startServer();
    const { token } = await join(url, 'Ann');
    expect((await post(url, '/api/chat/leave', { room: 'lobby' }, { token })).status).toBe(204);
    expect(await nicknames(url)).toEqual([]);
    expect((await post(url, '/api/chat/leave', undefined, { token })).status).toBe(204);
    await join(url, 'Ann');
  });

  it('takes nobody else off the list', async () => {
    const { url } = await startServer();
    const ann = await join(url, 'Ann');
    await post(url, '/api/chat/leave', {}, { token: ann.token });
    await join(url, 'Ann');
    await post(url, '/api/chat/leave', {}, { token: ann.token });
    expect(await nicknames(url)).toEqual(['Ann']);
  });

  it('needs a token, and a room that exists', async () => {
    const { url } = await startServer();
    const { token } = await join(url, 'Ann');
    expect((await post(url, '/api/chat/leave', {})).data.code).toBe('unauthorized');
    expect((await post(url, '/api/chat/leave', { room: 'attic' }, { token })).data.code).toBe('room-not-found');
    expect(await nicknames(url)).toEqual(['Ann']);
  });
});

describe('the list of rooms', () => {
  it('has the lobby, with how busy it is', async () => {
    const { url, clock } = await startServer();
    const made = clock.date().toISOString();
    const lobby = async () => (await get(url, '/api/chat/rooms')).data.rooms;
    expect(await lobby()).toMatchObject([{ name: 'lobby', title: 'Lobby', online: 0, seq: 0, activeAt: made }]);
    clock.advance(5_000);
    const { data } = await post(url, '/api/chat/send', { nickname: 'Ann', text: 'hello' });
    expect(await lobby()).toMatchObject([{ name: 'lobby', online: 1, seq: 1, activeAt: data.message.sentAt }]);
  });
});
