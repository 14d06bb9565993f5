import { afterEach, describe, expect, it } from '@jest/globals';
import { get, post } from '../support/http.js';
import { pollUntil } from '../support/poller.js';
import { startServer, stopServers } from '../support/server.js';
import { connect, stopSockets, TRANSPORTS } from '../support/socket.js';
import { listen, stopStreams } from '../support/sse.js';

afterEach(stopServers);
afterEach(stopSockets);
afterEach(stopStreams);

/** A room that Ann watches, and in which Bob says things by curl. */
async function room(environment?: Record<string, string>) {
  const server = await startServer(environment);
  const say = async (...texts: string[]) => {
    for (const text of texts) await post(server.url, '/api/chat/send', { nickname: 'Bob', text });
  };
  await say('before');
  return { ...server, say };
}

describe('coming back with a cursor', () => {
  it.each(Object.entries(TRANSPORTS))('gives exactly what came after it (%s)', async (_name, transports) => {
    const { url, say } = await room();
    const ann = connect(url, 'lobby', { nickname: 'Ann' }, { transports });
    const { cursor, you } = await ann.joined();
    ann.drop();
    await ann.ended();
    await say('one', 'two', 'three');
    const back = connect(url, 'lobby', { token: you.token, since: cursor }, { transports });
    const joined = await back.joined();
    expect(joined).toMatchObject({ recovered: true, seq: 4, you });
    expect(joined.events!.map(({ message }) => message!.text)).toEqual(['one', 'two', 'three']);
    expect(joined.messages).toBeUndefined();
    await say('four');
    await back.heard('four');
    expect(back.events.map(({ seq }) => seq)).toEqual([2, 3, 4, 5]);
  });

  it('gives nothing when nothing came', async () => {
    const { url } = await room();
    const { cursor } = (await get(url, '/api/chat/events')).data;
    expect(await connect(url, 'lobby', { nickname: 'Ann', since: cursor }).joined()).toMatchObject({
      recovered: true,
      events: [],
    });
  });

  it('goes on over any other transport, from hop to hop', async () => {
    const { url, say } = await room();
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    const { cursor, you } = await ann.joined();
    await say('on the socket');
    await ann.heard('on the socket');
    const [epoch] = cursor.split(':');
    ann.drop();

    await say('between socket and stream');
    const stream = await listen(url, { lastEventId: `${epoch}:${ann.events.at(-1)!.seq}`, since: cursor });
    await say('on the stream');
    await stream.heard('on the stream');
    expect(stream.texts).toEqual(['between socket and stream', 'on the stream']);
    stream.close();

    await say('between stream and poll');
    const polled = await pollUntil(url, 'between stream and poll', { since: stream.lastEventId, wait: 30 });
    const waiting = pollUntil(url, 'on the poll', { since: `${epoch}:${polled.at(-1)!.seq}`, wait: 30 });
    await say('on the poll');
    polled.push(...(await waiting));

    await say('between poll and socket');
    const back = connect(url, 'lobby', { token: you.token, since: `${epoch}:${polled.at(-1)!.seq}` });
    await back.joined();
    const all = [...ann.events, ...stream.events, ...polled, ...back.events];
    expect(all.map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(back.texts).toEqual(['between poll and socket']);
  });

  it('tells how much is gone when the log no longer reaches back, over every door', async () => {
    const { url, say } = await room({ CHAT_HISTORY_LIMIT: '3' });
    const since = (await get(url, '/api/chat/events')).data.cursor;
    await say('gone', 'gone', 'a', 'b', 'c');
    const socket = await connect(url, 'lobby', { nickname: 'Ann', since }).joined();
    const stream = await (await listen(url, { since })).nth('room:joined');
    const poll = (await get(url, `/api/chat/events?since=${since}&wait=30`)).data;
    for (const state of [socket, stream, poll]) {
      expect(state).toMatchObject({ recovered: false, missed: 2, seq: 6 });
      expect(state.events).toBeUndefined();
      expect(state.messages!.map(({ text }: { text: string }) => text)).toEqual(['a', 'b', 'c']);
    }
  });

  it('still recovers from the very edge of the log', async () => {
    const { url, say } = await room({ CHAT_HISTORY_LIMIT: '3' });
    const since = (await get(url, '/api/chat/events')).data.cursor;
    await say('a', 'b', 'c');
    const { recovered, events, missed } = await connect(url, 'lobby', { nickname: 'Ann', since }).joined();
    expect([recovered, events!.length, missed]).toEqual([true, 3, undefined]);
  });

  it.each(['otherepoch123:1', 'otherepoch123:0', 'otherepoch123:999999999999999'])(
    'is a new start with %s of another log',
    async (since) => {
      const { url } = await room();
      const state = await connect(url, 'lobby', { nickname: 'Ann', since }).joined();
      expect(state).toMatchObject({ recovered: false, seq: 1 });
      expect([state.messages!.length, state.missed, state.events]).toEqual([1, undefined, undefined]);
    },
  );

  it('is a new start from a position that the log has not come to', async () => {
    const { url } = await room();
    const { epoch } = (await get(url, '/api/chat/events')).data;
    const state = await connect(url, 'lobby', { nickname: 'Ann', since: `${epoch}:99` }).joined();
    expect(state).toMatchObject({ recovered: false, seq: 1 });
    expect(state.missed).toBeUndefined();
  });
});

describe('joining while others talk', () => {
  it.each(Object.entries(TRANSPORTS))(
    'loses nothing between where the room stood and what comes (%s)',
    async (_name, transports) => {
      const { url, say } = await room({ CHAT_HISTORY_LIMIT: '2000' });
      let talking = true;
      const talk = (async () => {
        for (let n = 0; talking; n++) await Promise.all([say(`a ${n}`), say(`b ${n}`)]);
      })();
      const joiners = [];
      for (let n = 0; n < 15; n++) {
        const joiner = connect(url, 'lobby', { nickname: `Joiner ${n}` }, { transports });
        await joiner.joined();
        joiners.push(joiner);
      }
      talking = false;
      await talk;
      await say('the end');
      for (const joiner of joiners) {
        await joiner.heard('the end');
        const { messages, seq } = await joiner.joined();
        expect(messages!.at(-1)!.seq).toBe(seq);
        expect(joiner.events.map((event) => event.seq)).toEqual(joiner.events.map((_, n) => seq + 1 + n));
      }
      expect(joiners.some(({ events }) => events.length > 1)).toBe(true);
    },
    20_000,
  );
});
