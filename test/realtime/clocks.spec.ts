import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { get, post } from '../support/http.js';
import { cursorOf, join, nicknames } from '../support/people.js';
import { startServer, stopServers } from '../support/server.js';
import { connect, stopSockets } from '../support/socket.js';
import { listen, stopStreams } from '../support/sse.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { newFile } = temporaryFolder();
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

afterEach(stopServers);
afterEach(stopSockets);
afterEach(stopStreams);
afterEach(() => void jest.restoreAllMocks());

/** A server whose wall clock can be set, for our code and for the libraries; intervals are not touched by that. */
async function house(environment: Record<string, string> = {}) {
  const server = await startServer(environment);
  const machine = Date.now;
  const setWallClock = (ms: number) => {
    server.clock.wall += ms;
    jest.spyOn(Date, 'now').mockImplementation(() => machine() + ms);
  };
  const say = (token: string, text: string, id: string = randomUUID()) =>
    post(server.url, '/api/chat/send', { id, text }, { token });
  return { ...server, setWallClock, say };
}

const TURNS = [
  ['back', -HOUR],
  ['forward', HOUR],
] as const;

const STORES = {
  memory: () => ({}),
  sqlite: () => ({ CHAT_STORE: 'sqlite', CHAT_SQLITE_PATH: newFile(), CHAT_RETENTION: '30d' }),
};

describe.each(TURNS)('a wall clock that is set %s an hour', (_direction, turn) => {
  it.each(Object.entries(STORES))(
    'changes the times that are shown, and neither order nor recovery (%s)',
    async (_store, kept) => {
      const { url, setWallClock, say } = await house(kept());
      const { token } = await join(url, 'Ann');
      const since = await cursorOf(url);
      const socket = connect(url, 'lobby', { nickname: 'Ben' });
      await socket.joined();
      const stream = await listen(url);
      const id = randomUUID();
      const first = await say(token, 'one', id);
      setWallClock(turn);
      const second = await say(token, 'two');
      const shown = Date.parse(second.data.message.sentAt) - Date.parse(first.data.message.sentAt);
      expect(Math.round(shown / HOUR)).toBe(Math.sign(turn));

      expect(await say(token, 'one', id)).toMatchObject({
        status: 200,
        data: { duplicate: true, message: { seq: 1 } },
      });
      await socket.heard('two');
      await stream.heard('two');
      expect([socket.texts, stream.texts]).toEqual([
        ['one', 'two'],
        ['one', 'two'],
      ]);
      const polled = (await get(url, `/api/chat/events?since=${since}`)).data;
      const back = await connect(url, 'lobby', { token, since }).joined();
      const streamed = await (await listen(url, { since })).nth('room:joined');
      for (const state of [polled, back, streamed]) {
        expect(state).toMatchObject({ recovered: true, seq: 2 });
        expect(state.events.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2]);
      }
      const page = (await get(url, '/api/chat/messages')).data;
      expect(page.messages.map(({ text }: { text: string }) => text)).toEqual(['one', 'two']);
    },
  );

  it('leaves tokens good, and people online for as long as ever', async () => {
    const { url, clock, setWallClock } = await house();
    const { token } = await join(url, 'Ann');
    setWallClock(turn);
    clock.advance(29 * SECOND);
    expect(await nicknames(url)).toEqual(['Ann']);
    expect((await post(url, '/api/chat/heartbeat', {}, { token })).status).toBe(200);
    clock.advance(29 * SECOND);
    expect(await nicknames(url)).toEqual(['Ann']);
    clock.advance(2 * SECOND);
    expect(await nicknames(url)).toEqual([]);
    expect((await post(url, '/api/chat/heartbeat', {}, { token })).status).toBe(200);
  });

  it('locks nobody out of what they may do again, and lets nobody do more', async () => {
    const { url, clock, setWallClock, say } = await house({ CHAT_LIMIT_SEND: 'person=1/10s+1/10s' });
    const { token } = await join(url, 'Ann');
    await say(token, 'one');
    await say(token, 'two');
    setWallClock(turn);
    const { status, data } = await say(token, 'three');
    expect([status, data.retryAfterMs]).toEqual([429, 10 * SECOND]);
    clock.advance(10 * SECOND);
    expect((await say(token, 'three')).status).toBe(201);
  });

  it('lets typing fade and a room go when their time has come', async () => {
    const { url, clock, setWallClock } = await house({ CHAT_ROOM_IDLE: '10m' });
    const { token } = await join(url, 'Ann');
    await post(url, '/api/chat/rooms', { name: 'tea' }, { token });
    const ben = connect(url, 'lobby', { nickname: 'Ben' });
    await ben.joined();
    await post(url, '/api/chat/typing', { typing: true }, { token });
    expect((await ben.nth('typing:changed')).users).toHaveLength(1);
    setWallClock(turn);
    clock.advance(6 * SECOND);
    expect((await ben.nth('typing:changed', 2)).users).toEqual([]);
    clock.advance(8 * 60 * SECOND);
    expect((await get(url, '/api/chat/users?room=tea')).status).toBe(200);
    clock.advance(4 * 60 * SECOND);
    expect((await get(url, '/api/chat/users?room=tea')).status).toBe(404);
  });
});
