import { once } from 'node:events';
import { connect as dial, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { LongPolls } from '../../api/realtime/long-polls.js';
import { get } from '../support/http.js';
import { RawSocket, stopRawSockets } from '../support/raw-socket.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { eventually } from '../support/socket-server.js';
import { connect, stopSockets, TRANSPORTS } from '../support/socket.js';
import { listen, stopStreams } from '../support/sse.js';

const dialled: Socket[] = [];

afterEach(stopServers);
afterEach(stopSockets);
afterEach(stopStreams);
afterEach(stopRawSockets);
afterEach(() => dialled.splice(0).forEach((socket) => socket.destroy()));

async function tcp({ url }: TestServer, text: string): Promise<Socket> {
  const socket = dial(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
  dialled.push(socket);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

async function answerOf(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

describe('a server that goes down', () => {
  it('answers long polls with what there is', async () => {
    const { url, app, stop } = await startServer();
    const { cursor } = (await get(url, '/api/chat/events')).data;
    const poll = get(url, `/api/chat/events?since=${cursor}&wait=30`);
    await eventually(() => app.get(LongPolls).size === 1);
    await stop();
    expect(await poll).toMatchObject({ status: 200, data: { recovered: true, events: [], cursor } });
  });

  it('ends streams with a last word', async () => {
    const { url, stop } = await startServer();
    const stream = await listen(url);
    await stream.nth('room:joined');
    await stop();
    await stream.end();
    expect(stream.comments.join()).toContain('going down');
  });

  it.each(Object.entries(TRANSPORTS))(
    'closes connections so that stock clients come back by themselves (%s)',
    async (name, transports) => {
      const first = await startServer();
      const { port } = new URL(first.url);
      const options = { transports, reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 50 };
      const ann = connect(first.url, 'lobby', { nickname: 'Ann' }, options);
      const { epoch } = await ann.joined();
      await first.stop();
      // Not by the server's word, after which a stock client would stay away.
      expect(await ann.ended()).toMatch(name === 'websocket' ? /^transport close$/ : /^transport (close|error)$/);
      const second = await startServer({ PORT: port });
      expect(second.url).toBe(first.url);
      expect((await ann.joined(2)).epoch).not.toBe(epoch);
      await ann.say('back again');
    },
    10_000,
  );

  it('is not ready meanwhile, takes no new stream, and finishes what it was asked', async () => {
    const server = await startServer();
    const asks = await Promise.all(
      ['/health/ready', '/api/chat/stream', '/api/chat/messages'].map((path) =>
        tcp(server, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n`),
      ),
    );
    // So that the server has read them.
    await get(server.url, '/health/ready');
    const stopped = server.stop();
    for (const ask of asks) ask.write('Connection: close\r\n\r\n');
    const [ready, stream, messages] = await Promise.all(asks.map(answerOf));
    expect(ready).toMatch(/^HTTP\/1.1 503 [^]*"unavailable"/);
    expect(stream).toMatch(/^HTTP\/1.1 503 [^]*"unavailable"/);
    expect(messages).toMatch(/^HTTP\/1.1 200 /);
    await stopped;
  });

  it('waits for nobody who stalls', async () => {
    const server = await startServer();
    const deaf = await (await RawSocket.open(server.url)).join('Deaf');
    deaf.stopReading();
    await tcp(server, '');
    await tcp(server, 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await tcp(
      server,
      'POST /api/chat/send HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    );
    await tcp(server, 'GET /api/chat/stream HTTP/1.1\r\nHost: localhost\r\n\r\n').then((socket) => socket.pause());
    await tcp(server, 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await get(server.url, '/health/live');
    // Within the time that a test has.
    await server.stop();
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it('can be told twice', async () => {
    const { stop, url } = await startServer();
    await Promise.all([stop(), stop()]);
    await expect(fetch(url)).rejects.toThrow();
  });
});
