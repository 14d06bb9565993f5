import { afterEach, describe, expect, it } from '@jest/globals';
import { get, post } from '../support/http.js';
import { startServer, stopServers } from '../support/server.js';
import { eventually, namespaces, socketServer, turns } from '../support/socket-server.js';
import { connect, stopSockets } from '../support/socket.js';

afterEach(stopServers);
afterEach(stopSockets);

const DAY = 24 * 60 * 60 * 1000;

const roomNames = async (url: string) => {
  const { data } = await get(url, '/api/chat/rooms');
  return data.rooms.map(({ name }: { name: string }) => name);
};

describe('rooms', () => {
  it('can be made by anyone, and talked in at every door', async () => {
    const { url } = await startServer();
    const { status, data } = await post(url, '/api/chat/rooms', { name: 'tea', title: 'Tea at four' });
    expect([status, data]).toMatchObject([201, { name: 'tea', title: 'Tea at four', online: 0, seq: 0 }]);
    const ann = connect(url, 'tea', { nickname: 'Ann' });
    expect((await ann.joined()).room).toBe('tea');
    await post(url, '/api/chat/send', { room: 'tea', nickname: 'Bob', text: 'milk?' });
    await ann.heard('milk?');
    expect((await get(url, '/api/chat/messages?room=lobby')).data.messages).toEqual([]);
  });

  it('are called by their name unless they have a title', async () => {
    const { url } = await startServer();
    expect((await post(url, '/api/chat/rooms', { name: 'tea' })).data.title).toBe('tea');
  });

  it('are listed with who is online, newest activity first', async () => {
    const { url, clock } = await startServer();
    for (const name of ['tea', 'milk']) {
      clock.advance(1000);
      await post(url, '/api/chat/rooms', { name });
    }
    expect(await roomNames(url)).toEqual(['milk', 'tea', 'lobby']);
    clock.advance(1000);
    await post(url, '/api/chat/send', { room: 'tea', nickname: 'Ann', text: 'hot' });
    const { data } = await get(url, '/api/chat/rooms');
    expect(data.rooms[0]).toMatchObject({ name: 'tea', online: 1, seq: 1 });
    expect(await roomNames(url)).toEqual(['tea', 'milk', 'lobby']);
  });

  it('are made once, also when many make the same one at once', async () => {
    const { url } = await startServer();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(url, '/api/chat/rooms', { name: 'tea' })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array(9).fill(409)]);
    expect(answers.find(({ status }) => status === 409)!.data.code).toBe('room-exists');
    expect((await post(url, '/api/chat/rooms', { name: 'lobby' })).data.code).toBe('room-exists');
  });

  it('are bounded in number', async () => {
    const { url } = await startServer({ CHAT_MAX_ROOMS: '2' });
    expect((await post(url, '/api/chat/rooms', { name: 'tea' })).status).toBe(201);
    expect((await post(url, '/api/chat/rooms', { name: 'milk' })).data.code).toBe('unavailable');
  });

  it.each([
    ['no name', {}],
    ['a name in capitals', { name: 'Tea' }],
    ['a name that ends with a hyphen', { name: 'tea-' }],
    ['a name of 41 characters', { name: 'a'.repeat(41) }],
    ['a blank title', { name: 'tea', title: ' \u00a0 ' }],
    ['a title of 81 characters', { name: 'tea', title: 'a'.repeat(81) }],
    ['a title with a line break', { name: 'tea', title: 'a\nb' }],
    ['a title that is no string', { name: 'tea', title: 4 }],
  ])('are not made with %s', async (_what, body) => {
    const { url } = await startServer();
    expect((await post(url, '/api/chat/rooms', body)).data.code).toBe('validation-failed');
    expect(await roomNames(url)).toEqual(['lobby']);
  });

  it('share one connection, a namespace each', async () => {
    const server = await startServer();
    await post(server.url, '/api/chat/rooms', { name: 'tea' });
    const ann = connect(server.url, 'lobby', { nickname: 'Ann' });
    const { you } = await ann.joined();
    const inTea = ann.socket.io.socket('/chat/tea', { auth: { token: you.token } });
    const joined = await new Promise<{ you: object }>((resolve) => inTea.once('room:joined', resolve).connect());
    expect(joined.you).toEqual(you);
    expect(socketServer(server).engine.clientsCount).toBe(1);
  });
});

describe('an empty room', () => {
  it('goes after a day, and not before', async () => {
    const { url, clock } = await startServer();
    await post(url, '/api/chat/rooms', { name: 'tea' });
    clock.advance(DAY - 60_000);
    await turns();
    expect(await roomNames(url)).toContain('tea');
    clock.advance(120_000);
    await turns();
    expect(await roomNames(url)).toEqual(['lobby']);
    expect((await get(url, '/api/chat/messages?room=tea')).data.code).toBe('room-not-found');
    expect((await post(url, '/api/chat/rooms', { name: 'tea' })).status).toBe(201);
  });

  it('stays as long as somebody is in it', async () => {
    const { url, clock } = await startServer({ CHAT_ROOM_IDLE: '10m' });
    await post(url, '/api/chat/rooms', { name: 'tea' });
    const ann = connect(url, 'tea', { nickname: 'Ann' });
    await ann.joined();
    clock.advance(60 * 60_000);
    await turns();
    expect(await roomNames(url)).toContain('tea');
  });

  it('leaves nothing behind', async () => {
    const server = await startServer({ CHAT_ROOM_IDLE: '10m', CHAT_MAX_ROOMS: '10' });
    const { url, clock } = server;
    const before = namespaces(server);
    for (let round = 0; round < 20; round++) {
      expect((await post(url, '/api/chat/rooms', { name: 'tea' })).status).toBe(201);
      const ann = connect(url, 'tea', { nickname: 'Ann' });
      await ann.joined();
      await ann.say('in an hour nobody knows');
      ann.leave();
      await eventually(() => namespaces(server).length === before.length);
      clock.advance(20 * 60_000);
      await turns();
    }
    expect(await roomNames(url)).toEqual(['lobby']);
  });
});
