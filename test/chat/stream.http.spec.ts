import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EventStreams } from '../../api/realtime/event-streams.js';
import { join, nicknames } from '../support/people.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { eventually } from '../support/socket-server.js';

afterEach(stopServers);

const open = ({ app }: TestServer, count: number) => eventually(() => app.get(EventStreams).size === count);

describe('a stream whose reader goes away', () => {
  it('is given back with its place, also when the reader had sent a body', async () => {
    const server = await startServer({ CHAT_MAX_CONNECTIONS_PER_ADDRESS: '1' });
    const { token } = await join(server.url, 'Ann');
    for (let round = 0; round < 2; round++) {
      const headers = { 'content-type': 'application/json', 'content-length': '2', authorization: `Bearer ${token}` };
      const reader = request(`${server.url}/api/chat/stream`, { method: 'GET', headers });
      reader.on('error', () => undefined).end('{}');
      await open(server, 1);
      reader.destroy();
      await open(server, 0);
    }
    server.clock.advance(30_000);
    expect(await nicknames(server.url)).toEqual([]);
  });

  it('leaves nothing behind, however early that is', async () => {
    const server = await startServer();
    const { token } = await join(server.url, 'Ann');
    const rounds = 50;
    let gone = 0;
    server.app.getHttpServer().on('connection', (socket: Socket) => socket.once('close', () => gone++));
    for (let round = 0; round < rounds; round++) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
        const head = `GET /api/chat/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`;
        socket.on('error', () => undefined).once('close', () => resolve());
        socket.write(head, () => socket.resetAndDestroy());
      });
    }
    // What a reader has sent may come to the server after it has gone.
    await eventually(() => gone === rounds);
    await open(server, 0);
    server.clock.advance(30_000);
    expect(await nicknames(server.url)).toEqual([]);
  });
});

describe('a stream that is only asked about', () => {
  it('tells its headers and ends', async () => {
    const server = await startServer();
    const response = await fetch(`${server.url}/api/chat/stream`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(server.app.get(EventStreams).size).toBe(0);
  });
});
