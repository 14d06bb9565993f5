import { connect as dial } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Namespace } from 'socket.io';
import { EventStreams } from '../../api/realtime/event-streams.js';
import { get, post } from '../support/http.js';
import { RawSocket, stopRawSockets } from '../support/raw-socket.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { eventually, socketServer } from '../support/socket-server.js';
import { connect, stopSockets, TRANSPORTS } from '../support/socket.js';
import { listen, stopStreams } from '../support/sse.js';

afterEach(stopServers);
afterEach(stopSockets);
afterEach(stopStreams);
afterEach(stopRawSockets);

const LARGE = '\u{1F600}'.repeat(4000);
/** Far more than the kernel's buffers of one connection take. */
const TOO_MANY = 2_000;

async function busyRoom() {
  const server = await startServer({ CHAT_MAX_QUEUED_BYTES: '65536', CHAT_HISTORY_LIMIT: '20' });
  const ann = connect(server.url, 'lobby', { nickname: 'Ann' });
  await ann.joined();
  const cut = async () =>
    Number(/^chat_slow_readers_cut_total (\d+)$/m.exec((await get(server.url, '/metrics')).data)![1]);
  /** Ann talks until somebody was cut. */
  const talkUntilCut = async () => {
    let sent = 0;
    while ((await cut()) === 0 && sent < TOO_MANY) {
      await Promise.all(Array.from({ length: 20 }, () => ann.say(LARGE)));
      sent += 20;
    }
    await ann.until(() => ann.events.length === sent);
    expect(ann.events.map(({ seq }) => seq)).toEqual(Array.from({ length: sent }, (_, n) => n + 1));
    return sent;
  };
  return { ...server, server, ann, cut, talkUntilCut };
}

const lobby = (server: TestServer): Namespace => socketServer(server)._nsps.get('/chat/lobby')!;

/** What the server holds in memory for the sockets of the lobby, in bytes. */
function held(server: TestServer): number {
  const buffers = [...lobby(server).sockets.values()].map(({ conn }) => {
    const { writeBuffer } = conn as unknown as { writeBuffer: { data?: string }[] };
    return writeBuffer.reduce((bytes, { data = '' }) => bytes + Buffer.byteLength(data), 0);
  });
  return Math.max(...buffers);
}

describe('who reads too slowly', () => {
  it('is cut over WebSocket, told why, gone from the room after a grace, and comes back to a gap that is told', async () => {
    const { url, server, clock, ann, cut, talkUntilCut } = await busyRoom();
    const slow = await (await RawSocket.open(url)).join('Slow');
    const since = JSON.parse(slow.packets.at(-1)!.slice('42/chat/lobby,'.length))[1].cursor;
    await ann.nth('presence:changed');
    slow.stopReading();
    const sent = await talkUntilCut();
    expect(await cut()).toBe(1);
    expect(held(server)).toBeLessThan(65_536 + LARGE.length * 4);
    expect(lobby(server).sockets.size).toBe(2);
    clock.advance(5_000);
    await eventually(() => lobby(server).sockets.size === 1);
    expect((await get(url, '/api/chat/users')).data.online).toBe(2);
    clock.advance(6_000);
    const { left } = await ann.nth('presence:changed', 2);
    expect(left.map(({ nickname }) => nickname)).toEqual(['Slow']);
    const back = await connect(url, 'lobby', { nickname: 'Swift', since }).joined();
    expect(back).toMatchObject({ recovered: false, missed: sent - 20, seq: sent });
    await ann.say('all is well');
    await ann.heard('all is well');
  }, 60_000);

  it('hears the reason over WebSocket if it wakes up in time', async () => {
    const { url, talkUntilCut } = await busyRoom();
    const slow = await (await RawSocket.open(url)).join('Slow');
    slow.stopReading();
    await talkUntilCut();
    slow.startReading();
    expect(await slow.closed).toEqual({ code: 1013, reason: 'slow-reader' });
  }, 60_000);

  it('is cut when it is only acknowledgements that it does not read', async () => {
    const { url, cut } = await busyRoom();
    const slow = await (await RawSocket.open(url)).join('Slow');
    slow.stopReading();
    for (let sent = 0; (await cut()) === 0 && sent < 200_000; sent += 1000) {
      for (let n = 0; n < 1000; n++) slow.ws.send('42/chat/lobby,1["nothing"]');
    }
    expect(await cut()).toBe(1);
  }, 60_000);

  it('is cut on server-sent events', async () => {
    const { url, app, cut, talkUntilCut } = await busyRoom();
    const { port } = new URL(url);
    const slow = dial(Number(port), '127.0.0.1').on('error', () => undefined);
    slow.write('GET /api/chat/stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
    slow.pause();
    await eventually(() => app.get(EventStreams).size === 1);
    await talkUntilCut();
    expect(await cut()).toBe(1);
    expect(app.get(EventStreams).size).toBe(0);
    slow.destroy();
  }, 60_000);

  it('is cut over long-polling when it stops to poll, and comes back by itself', async () => {
    const { url, server, ann, cut, talkUntilCut } = await busyRoom();
    const open = await (await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).text();
    const address = `${url}/socket.io/?EIO=4&transport=polling&sid=${JSON.parse(open.slice(1)).sid}`;
    await (await fetch(address, { method: 'POST', body: '40/chat/lobby,{"nickname":"Slow"}' })).text();
    await ann.nth('presence:changed');
    const sent = await talkUntilCut();
    expect(sent).toBeLessThan(100);
    expect(await cut()).toBe(1);
    expect(lobby(server).sockets.size).toBe(1);
    expect((await fetch(address)).status).toBe(400);
    expect((await get(url, '/api/chat/users')).data.online).toBe(2);
  });

  it('is nobody who keeps up, however large the room’s past', async () => {
    const { url, ann, cut } = await busyRoom();
    for (let n = 0; n < 20; n++) await ann.say(LARGE);
    const readers = Object.values(TRANSPORTS).map((transports, n) =>
      connect(url, 'lobby', { nickname: `Reader ${n}` }, { transports }),
    );
    const streams = await Promise.all([1, 2, 3].map(() => listen(url)));
    await Promise.all(readers.map((reader) => reader.joined()));
    for (let n = 0; n < 50; n++)
      await post(url, '/api/chat/send', { nickname: 'Curl', text: `${n} ${'x'.repeat(3000)}` });
    await ann.say('the end');
    for (const reader of [...readers, ...streams]) {
      await reader.heard('the end');
      expect(reader.events.length).toBe(51);
    }
    expect(await cut()).toBe(0);
  }, 20_000);
});
