import { afterEach, describe, expect, it } from '@jest/globals';
import { ChatService } from '../../api/chat/chat.service.js';
import { LongPolls } from '../../api/realtime/long-polls.js';
import type { RoomState } from '../../openapi/generated/chat.js';
import { ANN } from '../support/events.js';
import { get } from '../support/http.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { connect, stopSockets, TRANSPORTS } from '../support/socket.js';
import { eventually } from '../support/socket-server.js';
import { listen, stopStreams } from '../support/sse.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { newFile } = temporaryFolder();
const STORES = {
  memory: () => ({}),
  sqlite: () => ({ CHAT_STORE: 'sqlite', CHAT_SQLITE_PATH: newFile() }),
};
const HOUR = 3_600_000;
/** Unless it is set otherwise, the log reaches back so far. */
const KEPT = 200;

afterEach(stopServers);
afterEach(stopSockets);
afterEach(stopStreams);

interface Away {
  token: string;
  since: string;
}

type Door = (server: TestServer, away: Away) => Promise<RoomState>;

const bySocket =
  (transports: string[]): Door =>
  async ({ url }, { token, since }) => {
    const socket = connect(url, 'lobby', { token, since }, { transports });
    const state = await socket.joined();
    socket.leave();
    return state;
  };

/** All the ways back into a room. */
const DOORS: Record<string, Door> = {
  websocket: bySocket(TRANSPORTS.websocket),
  'socket over polling': bySocket(TRANSPORTS.polling),
  'socket that upgrades': bySocket(TRANSPORTS.upgrading),
  poll: async ({ url }, { token, since }) => (await get(url, `/api/chat/events?since=${since}`, { token })).data,
  'long poll': async (server, { token, since }) => {
    const answer = get(server.url, `/api/chat/events?since=${since}&wait=30`, { token });
    let answered = false;
    void answer.then(() => (answered = true));
    await eventually(() => answered || server.app.get(LongPolls).size === 1);
    // With nothing to tell it waits for its time.
    if (!answered) server.clock.advance(30_000);
    return (await answer).data;
  },
  'event stream': async ({ url }, { since }) => (await listen(url, { since })).nth('room:joined'),
};

async function house(environment: Record<string, string>) {
  const server = await startServer(environment);
  const chat = server.app.get(ChatService);
  let said = 0;
  const say = async (count: number) => {
    const texts = Array.from({ length: count }, () => `message ${++said}`);
    await Promise.all(texts.map((text) => chat.send({ connected: ANN }, { room: 'lobby', text })));
  };
  /** Somebody who was there until now, and is gone. */
  const leaver = async (nickname: string): Promise<Away> => {
    const socket = connect(server.url, 'lobby', { nickname });
    const { you, cursor } = await socket.joined();
    socket.drop();
    await socket.ended();
    return { token: you.token, since: cursor };
  };
  return { server, say, leaver };
}

describe.each(Object.entries(STORES))(
  'after an hour without a connection, with what is kept in %s,',
  (_store, kept) => {
    it('a room in which nothing was said has nothing to tell, by every way back', async () => {
      const { server, say, leaver } = await house(kept());
      await say(3);
      const away = await leaver('Ben');
      server.clock.advance(HOUR);
      for (const door of Object.values(DOORS)) {
        const state = await door(server, away);
        expect(state).toMatchObject({ recovered: true, events: [], seq: 3, cursor: away.since });
        expect([state.messages, state.missed]).toEqual([undefined, undefined]);
      }
    });

    it('199, 200, 201 and 10,000 messages come back whole, or as a snapshot that tells how many are gone', async () => {
      const { server, say, leaver } = await house(kept());
      const spells = new Map<number, Away>();
      let left = 10_000;
      for (const spell of [10_000, 201, 200, 199]) {
        await say(left - spell);
        left = spell;
        spells.set(spell, await leaver(`Away for ${spell}`));
      }
      await say(left);
      server.clock.advance(HOUR);
      const newest = Array.from({ length: KEPT }, (_, index) => 10_000 - KEPT + 1 + index);
      for (const [spell, away] of spells) {
        for (const door of Object.values(DOORS)) {
          const { recovered, events, messages, missed, seq } = await door(server, away);
          expect(seq).toBe(10_000);
          if (spell <= KEPT) {
            expect([recovered, missed, messages]).toEqual([true, undefined, undefined]);
            expect(events!.map((event) => event.seq)).toEqual(newest.slice(KEPT - spell));
            expect(events!.map(({ message }) => message!.text)).toEqual(events!.map((event) => `message ${event.seq}`));
          } else {
            expect([recovered, missed, events]).toEqual([false, spell - KEPT, undefined]);
            expect(messages!.map((message) => message.seq)).toEqual(newest);
          }
        }
      }
    });
  },
);
