import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it } from '@jest/globals';
import { ChatService } from '../../api/chat/chat.service.js';
import { get } from '../support/http.js';
import { startServer, stopServers } from '../support/server.js';
import { eventually, namespaces } from '../support/socket-server.js';
import { connect, stopSockets } from '../support/socket.js';

afterEach(stopServers);
afterEach(stopSockets);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

const BATCH = 1_000;

it('making, using and leaving 10,000 rooms leaves memory where it was', async () => {
  const server = await startServer({ CHAT_MAX_ROOMS: `${BATCH + 1}`, CHAT_ROOM_IDLE: '1m' });
  const { url, clock, app } = server;
  const chat = app.get(ChatService);
  const use = async (name: string) => {
    await chat.createRoom(name);
    await chat.send({ nickname: name }, { room: name, text: 'anybody here? '.repeat(20) });
  };
  const batch = async (number: number) => {
    for (let index = 0; index < BATCH; index++) await use(`room-${number}-${index}`);
    // One over a socket too, since its namespace has to go with the room.
    const ann = connect(url, `room-${number}-0`, { nickname: 'Ann' });
    await ann.joined();
    ann.leave();
    await eventually(() => namespaces(server).length === 1);
    // Who was there is stale, and then the rooms are idle.
    clock.advance(180_000);
    await eventually(async () => (await get(url, '/api/chat/rooms')).data.rooms.length === 1);
  };
  await batch(0);
  await batch(1);
  const before = heapMegabytes();
  for (let number = 2; number < 10; number++) await batch(number);
  expect(heapMegabytes() - before).toBeLessThan(8);
});
