import { createConnection } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { LongPolls } from '../../api/realtime/long-polls.js';
import { get, post } from '../support/http.js';
import { startServer, stopServers } from '../support/server.js';
import { RawSocket, stopRawSockets } from '../support/raw-socket.js';
import { eventually, socketServer, turns } from '../support/socket-server.js';
import { connect, connectTo, stopSockets } from '../support/socket.js';

afterEach(stopServers);
afterEach(stopSockets);
afterEach(stopRawSockets);

async function withAnn(environment?: Record<string, string>) {
  const server = await startServer(environment);
  const ann = connect(server.url, 'lobby', { nickname: 'Ann' });
  const { you, cursor } = await ann.joined();
  return { ...server, server, ann, token: you.token, cursor };
}

describe('a connection', () => {
  it('is in a room once, however often it asks at once', async () => {
    const { server, token } = await withAnn();
    const raw = await RawSocket.open(server.url);
    for (let time = 0; time < 50; time++) raw.ws.send(`40/chat/lobby,${JSON.stringify({ token })}`);
    await raw.packet((packet) => packet.startsWith('42/chat/lobby,["room:joined"'));
    await turns(50);
    expect(raw.packets.filter((packet) => /^4[04]/.test(packet))).toHaveLength(1);
    // Socket.IO itself closes a connection that asks once more when it is in.
    expect(socketServer(server)._nsps.get('/chat/lobby')!.sockets.size).toBeLessThanOrEqual(2);
  });

  it('may leave a room and come back to it', async () => {
    const { ann } = await withAnn();
    ann.socket.disconnect();
    ann.socket.connect();
    await ann.joined(2);
  });

  it('is let in by the full name of a room alone', async () => {
    const { url, token } = await withAnn();
    expect(await connectTo(url, '/lobby', { token }).refused()).toMatchObject({ code: 'room-not-found' });
  });

  it('that comes back again and again with a token is limited as other questions are', async () => {
    const { url, token } = await withAnn({ CHAT_LIMIT_POLL: 'person=1/3600s+1/3600s' });
    for (let time = 0; time < 2; time++) await connect(url, 'lobby', { token }).joined();
    expect(await connect(url, 'lobby', { token }).refused()).toMatchObject({ code: 'rate-limited' });
  });

  it('that asks on and on without reading is closed', async () => {
    const { url, server } = await withAnn();
    const { port } = new URL(url);
    const socket = createConnection(Number(port), '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    // Long polls, so that no answer comes before the next request does.
    const { cursor } = (await get(url, '/api/chat/events')).data;
    const request = `GET /api/chat/events?wait=30&since=${cursor} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    socket.write(request.repeat(50));
    await closed;
    expect((await get(server.url, '/health/live')).status).toBe(200);
  });
});

describe('somebody without a token', () => {
  it('is limited by the name as a person is', async () => {
    const { url } = await startServer({ CHAT_LIMIT_SEND: 'person=1/3600s+1/3600s' });
    const send = (nickname: string) => post(url, '/api/chat/send', { nickname, text: 'hi' });
    expect((await send('Ann')).status).toBe(201);
    expect((await send(' ann ')).status).toBe(201);
    expect((await send('ANN')).data.code).toBe('rate-limited');
    expect((await send('Bob')).status).toBe(201);
  });

  it('joins with each new name, as far as limits go', async () => {
    const { url } = await startServer({ CHAT_LIMIT_JOIN: 'address=1/3600s+1/3600s' });
    const send = (nickname: string) => post(url, '/api/chat/send', { nickname, text: 'hi' });
    for (const nickname of ['Ann', 'Bob', 'Ann', 'Bob']) expect((await send(nickname)).status).toBe(201);
    expect((await send('Cem')).data.code).toBe('rate-limited');
  });
});

describe('whoever leaves', () => {
  it('is gone when the poll ends that was still open, and the name is free', async () => {
    const { url, server, ann, cursor } = await withAnn();
    const token = (await post(url, '/api/chat/join', { nickname: 'Bob' })).data.token;
    const poll = get(url, `/api/chat/events?since=${cursor}&wait=30`, { token });
    await ann.nth('presence:changed');
    await eventually(() => server.app.get(LongPolls).size === 1);
    await post(url, '/api/chat/leave', {}, { token });
    await ann.say('wake up');
    await poll;
    expect((await get(url, '/api/chat/users')).data.users).toHaveLength(1);
    expect((await post(url, '/api/chat/join', { nickname: 'Bob' })).status).toBe(201);
  });
});

describe('a room', () => {
  it('is idle from when the last one left, not from when somebody last looked', async () => {
    const { url, clock } = await startServer({ CHAT_ROOM_IDLE: '50s' });
    await post(url, '/api/chat/rooms', { name: 'tea' });
    const ann = connect(url, 'tea', { nickname: 'Ann' });
    await ann.joined();
    clock.advance(55_000);
    ann.leave();
    const inTea = async () => (await get(url, '/api/chat/users?room=tea')).data.online;
    while ((await inTea()) > 0) await turns(1);
    clock.advance(6_000);
    await turns();
    expect((await get(url, '/api/chat/users?room=tea')).status).toBe(200);
  });
});

it('an offer to upgrade to something else is passed over', async () => {
  const { url } = await startServer();
  const { port } = new URL(url);
  const socket = createConnection(Number(port), '127.0.0.1');
  const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
  socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
  expect(await answer).toMatch(/^HTTP\/1.1 200 OK/);
  socket.destroy();
});
