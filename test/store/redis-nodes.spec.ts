import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Room, RoomState } from '../../openapi/generated/chat.js';
import { Keys } from '../../api/store/redis/keys.js';
import { RedisLink } from '../../api/store/redis/redis-link.js';
import { get, post } from '../support/http.js';
import { cursorOf, join, nicknames, texts } from '../support/people.js';
import { describeOnRedis, newPrefix, redisUrl, stopRedis } from '../support/redis-server.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { connect, stopSockets } from '../support/socket.js';
import { eventually } from '../support/socket-server.js';

describeOnRedis('two servers on one Redis', () => {
  let redis: string;
  let link: RedisLink;
  beforeAll(async () => {
    redis = await redisUrl();
    link = new RedisLink({ urls: [redis], topology: 'single' });
    await link.start(0);
  });
  afterEach(stopSockets);
  afterEach(stopServers);
  afterAll(() => link.close());
  afterAll(stopRedis);

  async function twoServers(environment: Record<string, string> = {}) {
    const prefix = newPrefix();
    const shared = { REDIS_URL: redis, CHAT_REDIS_PREFIX: prefix, ...environment };
    return { a: await startServer(shared), b: await startServer(shared), keys: new Keys(prefix) };
  }

  const isListed = ({ url }: TestServer, ...names: string[]) =>
    eventually(async () => (await nicknames(url)).sort().join() === names.join());

  /** As time, which is that of Redis, would end it. */
  async function endLeases(keys: Keys): Promise<void> {
    const { nodes } = keys.room('lobby');
    for (const [node, lease] of Object.entries((await link.send('', 'HGETALL', nodes)) as Record<string, string>)) {
      await link.send('', 'HSET', nodes, node, lease.replace(/^\d+/, '1'));
    }
  }

  describe('a person', () => {
    it('is one on both, and leaves with the last connection', async () => {
      const { a, b } = await twoServers();
      const watcher = connect(b.url, 'lobby', { nickname: 'Watcher' });
      await watcher.joined();
      const ann = connect(a.url, 'lobby', { nickname: 'Ann' });
      const { you } = await ann.joined();
      await isListed(b, 'Ann', 'Watcher');
      const again = connect(b.url, 'lobby', { token: you.token });
      expect((await again.joined()).online).toBe(2);
      ann.leave();
      again.leave();
      await isListed(a, 'Watcher');
      await isListed(b, 'Watcher');
      expect(watcher.all('presence:changed')).toMatchObject([
        { joined: [{ nickname: 'Ann' }], left: [] },
        { joined: [], left: [{ nickname: 'Ann' }] },
      ]);
    });

    it('who moves from one to the other never leaves', async () => {
      const { a, b } = await twoServers();
      const watcher = connect(b.url, 'lobby', { nickname: 'Watcher' });
      await watcher.joined();
      const ann = connect(a.url, 'lobby', { nickname: 'Ann' });
      const { you } = await ann.joined();
      await isListed(b, 'Ann', 'Watcher');
      ann.drop();
      await connect(b.url, 'lobby', { token: you.token }).joined();
      a.clock.advance(10_000);
      await isListed(a, 'Ann', 'Watcher');
      b.clock.advance(10_000);
      await isListed(b, 'Ann', 'Watcher');
      expect(watcher.all('presence:changed').flatMap(({ left }) => left)).toEqual([]);
    });

    it('has a nickname that nobody else has at the other, where one is suggested that is free on both', async () => {
      const { a, b } = await twoServers();
      await join(a.url, 'Ann');
      await join(a.url, 'Ann 2');
      const { status, data } = await post(b.url, '/api/chat/join', { nickname: 'ANN' });
      expect([status, data.code, data.suggestion]).toEqual([409, 'nickname-taken', 'ANN 3']);
    });

    it('has one nickname when both are asked at once', async () => {
      const { a, b } = await twoServers();
      const answers = await Promise.all(
        [a, b, a, b].map(({ url }) => post(url, '/api/chat/join', { nickname: 'Ann' })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    });

    it('without a token is the same guest on both', async () => {
      const { a, b } = await twoServers();
      const one = await post(a.url, '/api/chat/send', { nickname: 'Guest', text: 'one' });
      const other = await post(b.url, '/api/chat/send', { nickname: 'guest', text: 'two' });
      expect(other.data.message.userId).toBe(one.data.message.userId);
      expect((await post(b.url, '/api/chat/join', { nickname: 'Guest' })).status).toBe(409);
    });

    it('who leaves at one is gone from both, and the nickname is free', async () => {
      const { a, b } = await twoServers();
      const { token } = await join(a.url, 'Ann');
      await isListed(b, 'Ann');
      expect((await post(b.url, '/api/chat/leave', {}, { token })).status).toBe(204);
      await isListed(a);
      await isListed(b);
      await eventually(async () => (await post(b.url, '/api/chat/join', { nickname: 'Ann' })).status === 201);
    });

    it('is the same on both by the token, though nobody set a secret', async () => {
      const { a, b } = await twoServers();
      const { token, user } = await join(a.url, 'Ann');
      const { data } = await post(b.url, '/api/chat/send', { text: 'hello' }, { token });
      expect(data.message).toMatchObject(user);
    });
  });

  describe('a server that is there no more', () => {
    it('takes its people off the list, but for those who were heard not long ago, or are elsewhere', async () => {
      const { a, b, keys } = await twoServers();
      await connect(a.url, 'lobby', { nickname: 'Gone' }).joined();
      const { you } = await connect(a.url, 'lobby', { nickname: 'Back' }).joined();
      await join(a.url, 'Heard');
      await isListed(b, 'Back', 'Gone', 'Heard');
      const back = connect(b.url, 'lobby', { token: you.token });
      await back.joined();
      await endLeases(keys);
      b.clock.advance(5_000);
      await isListed(b, 'Back', 'Heard');
      b.clock.advance(30_000);
      await isListed(b, 'Back');
      expect(back.all('presence:changed').flatMap(({ left }) => left)).toMatchObject([
        { nickname: 'Gone' },
        { nickname: 'Heard' },
      ]);
    });

    it('brings them back when it was only silent', async () => {
      const { a, b, keys } = await twoServers();
      await connect(a.url, 'lobby', { nickname: 'Ann' }).joined();
      await isListed(b, 'Ann');
      await endLeases(keys);
      b.clock.advance(5_000);
      await isListed(b);
      a.clock.advance(5_000);
      await eventually(async () => {
        b.clock.advance(5_000);
        return (await nicknames(b.url)).includes('Ann');
      });
    });
  });

  it('tell each other who is typing and who has read how far', async () => {
    const { a, b } = await twoServers();
    const ann = connect(a.url, 'lobby', { nickname: 'Ann' });
    const ben = connect(b.url, 'lobby', { nickname: 'Ben' });
    await Promise.all([ann.joined(), ben.joined()]);
    await isListed(b, 'Ann', 'Ben');
    await ann.ask('typing:set', { typing: true });
    expect(await ben.nth('typing:changed')).toMatchObject({ users: [{ nickname: 'Ann' }] });
    await ann.say('hello');
    await ben.heard('hello');
    await ben.ask('read:mark', { seq: 1 });
    expect(await ann.nth('read:changed')).toMatchObject({ reads: [{ nickname: 'Ben', seq: 1 }] });
    expect((await get(a.url, '/api/chat/reads')).data.reads).toMatchObject([{ nickname: 'Ben', seq: 1 }]);
    b.clock.advance(1_000);
    expect(await ben.nth('typing:changed', 2)).toEqual({ users: [] });
  });

  it('answer for a cursor of the other at once, and never as if it were unknown', async () => {
    const { a, b } = await twoServers();
    for (let number = 1; number <= 30; number++) {
      const [here, there] = number % 2 ? [a, b] : [b, a];
      await post(here.url, '/api/chat/send', { nickname: 'Ann', text: `${number}` });
      const since = await cursorOf(here.url);
      const { data } = (await get(there.url, `/api/chat/events?since=${since}`)) as { data: RoomState };
      expect(data).toMatchObject({ recovered: true, events: [], seq: number });
      expect((await connect(there.url, 'lobby', { nickname: `Reader ${number}`, since }).joined()).recovered).toBe(
        true,
      );
    }
    expect(await texts(a.url)).toEqual(await texts(b.url));
  });

  it('count limits together', async () => {
    const { a, b } = await twoServers({ CHAT_LIMIT_SEND: 'person=2/60s+2/60s' });
    const { token } = await join(a.url, 'Ann');
    const statuses: number[] = [];
    for (const { url } of [a, b, a, b, a, b]) {
      statuses.push((await post(url, '/api/chat/send', { text: 'hello' }, { token })).status);
    }
    expect(statuses).toEqual([201, 201, 201, 201, 429, 429]);
  });

  describe('a room', () => {
    const names = async ({ url }: TestServer) => {
      return ((await get(url, '/api/chat/rooms')).data.rooms as Room[]).map(({ name }) => name).sort();
    };

    it('that is made at one is there at the other, once, and counts there', async () => {
      const { a, b } = await twoServers({ CHAT_MAX_ROOMS: '2' });
      const made = await Promise.all(
        [a, b].map(({ url }) => post(url, '/api/chat/rooms', { name: 'tea', title: 'Tea' })),
      );
      expect(made.map(({ status }) => status).sort()).toEqual([201, 409]);
      await connect(a.url, 'tea', { nickname: 'Ann' }).joined();
      await post(a.url, '/api/chat/send', { nickname: 'Ben', room: 'tea', text: 'milk' });
      await eventually(async () => {
        const rooms = (await get(b.url, '/api/chat/rooms')).data.rooms as Room[];
        return rooms.some(
          ({ name, online, seq, title }) => name === 'tea' && online === 2 && seq === 1 && title === 'Tea',
        );
      });
      expect((await post(b.url, '/api/chat/rooms', { name: 'attic' })).data.code).toBe('unavailable');
      expect((await connect(b.url, 'tea', { nickname: 'Cat' }).joined()).messages).toMatchObject([{ text: 'milk' }]);
      expect((await connect(b.url, 'attic', { nickname: 'Cat' }).refused()).code).toBe('room-not-found');
    });

    it('goes when nothing happens in it, but not while somebody is in it at either', async () => {
      const { a, b, keys } = await twoServers({ CHAT_ROOM_IDLE: '1s' });
      for (const name of ['empty', 'full']) await post(a.url, '/api/chat/rooms', { name });
      await connect(b.url, 'full', { nickname: 'Ann' }).joined();
      const { meta } = keys.room('empty');
      a.clock.wall = Date.now();
      // Unused here, and then idle everywhere.
      a.clock.advance(60_000);
      await eventually(async () => (await link.send('', 'HEXISTS', keys.rooms, 'empty')) === 1);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      b.clock.advance(5_000);
      a.clock.advance(60_000);
      await eventually(async () => (await names(a)).join() === 'full,lobby');
      expect(await link.send('', 'EXISTS', meta)).toBe(0);
      await eventually(async () => (await names(b)).join() === 'full,lobby');
    });
  });
});
