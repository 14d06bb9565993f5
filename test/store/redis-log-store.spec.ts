import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '../../api/domain/event.js';
import type { OpenedLog } from '../../api/store/log-store.js';
import { Keys } from '../../api/store/redis/keys.js';
import { RedisLink } from '../../api/store/redis/redis-link.js';
import { RedisLogStore } from '../../api/store/redis/redis-log-store.js';
import { draft, refusalOf, uuid } from '../support/events.js';
import { FakeClock } from '../support/fake-clock.js';
import {
  describeOnRedis,
  describeWithRedis,
  newPrefix,
  redisUrl,
  RedisServer,
  stopRedis,
} from '../support/redis-server.js';
import { eventually } from '../support/socket-server.js';
import { itKeepsLogs } from './log-store.conformance.js';

const BOUNDS = { historyLimit: 5, rememberedIds: 1_000, kept: 10_000, replicas: 0, marks: 3 };
const links: RedisLink[] = [];
const ignore = () => undefined;

afterEach(() => links.splice(0).forEach((link) => link.close()));
afterAll(stopRedis);

async function newLink(url: string, topology = 'single') {
  const link = new RedisLink({ urls: [url], topology });
  links.push(link);
  await link.start(5_000);
  return link;
}

async function newStore(url: string, prefix = newPrefix(), bounds: Partial<typeof BOUNDS> = {}, topology = 'single') {
  const link = await newLink(url, topology);
  const clock = new FakeClock();
  const store = new RedisLogStore(clock, link, new Keys(prefix), { ...BOUNDS, ...bounds }, {}, randomUUID());
  return { link, clock, store };
}

describeOnRedis('the store in Redis', () => {
  let url: string;
  beforeAll(async () => void (url = await redisUrl()));

  itKeepsLogs(async () => (await newStore(url)).store, 'its own');

  /** As a process of its own would have it. */
  async function opened(prefix: string, bounds: Partial<typeof BOUNDS> = {}) {
    const { link, clock, store } = await newStore(url, prefix, bounds);
    const followed: ChatEvent[] = [];
    const resets: OpenedLog[] = [];
    const log = await store.open(
      { name: 'lobby', title: 'Lobby' },
      (events) => followed.push(...events),
      (reset) => resets.push(reset),
    );
    const seqs = () => followed.map(({ seq }) => seq);
    return { link, clock, store, followed, resets, log, seqs, keys: new Keys(prefix).room('lobby') };
  }

  describe('two processes', () => {
    it('follow one log, each event once and in one order, whoever wrote it', async () => {
      const prefix = newPrefix();
      const [one, other] = [await opened(prefix), await opened(prefix)];
      expect(other.log.epoch).toBe(one.log.epoch);
      const numbers = Array.from({ length: 300 }, (_, index) => index + 1);
      await Promise.all(numbers.map((number) => (number % 2 ? one : other).store.append('lobby', draft(number))));
      await eventually(() => one.followed.length >= 300 && other.followed.length >= 300);
      expect(one.seqs()).toEqual(numbers);
      expect(other.followed).toEqual(one.followed);
      const times = one.followed.map(({ at }) => at);
      expect(times).toEqual([...times].sort());
    });

    it('keep a message once that is sent to both', async () => {
      const prefix = newPrefix();
      const both = [await opened(prefix), await opened(prefix)];
      const answers = await Promise.all(both.map(({ store }) => store.append('lobby', draft(1))));
      expect(answers.map(({ message }) => message.seq)).toEqual([1, 1]);
      expect(answers.filter(({ duplicate }) => duplicate)).toHaveLength(1);
      expect(await refusalOf(() => both[1]!.store.append('lobby', draft(1, 'another')))).toMatchObject({
        code: 'id-conflict',
      });
    });

    it('catch up with each other when they are asked to, bell or no bell', async () => {
      const prefix = newPrefix();
      const [one, other] = [await opened(prefix), await opened(prefix)];
      await other.link.unsubscribe(other.keys.bell);
      await one.store.append('lobby', draft(1));
      expect(other.seqs()).toEqual([]);
      await other.store.catchUp('lobby');
      expect(other.seqs()).toEqual([1]);
    });

    it('do not say that they have caught up when the log cannot be read', async () => {
      const { store, link, keys } = await opened(newPrefix());
      await link.send('', 'DEL', keys.meta);
      await link.send('', 'SET', keys.meta, 'of another kind');
      expect(await refusalOf(() => store.catchUp('lobby'))).toMatchObject({ code: 'unavailable' });
    });

    it('heal a bell that was not heard', async () => {
      const prefix = newPrefix();
      const [one, other] = [await opened(prefix), await opened(prefix)];
      await other.link.unsubscribe(other.keys.bell);
      await one.store.append('lobby', draft(1));
      other.clock.advance(5_000);
      await eventually(() => other.seqs().length === 1);
    });
  });

  describe('a process that starts later', () => {
    it('goes on in the same epoch with the newest messages, and finds ids and marks', async () => {
      const prefix = newPrefix();
      const one = await opened(prefix);
      for (let number = 1; number <= 8; number++) await one.store.append('lobby', draft(number));
      await one.store.mark('lobby', { userId: 'u_ann', nickname: 'Ann', seq: 8 });
      const other = await opened(prefix);
      expect(other.log).toEqual({ epoch: one.log.epoch, seq: 8, events: one.followed.slice(3) });
      expect(await other.store.append('lobby', draft(2))).toMatchObject({ duplicate: true, message: { seq: 2 } });
      expect(await other.store.marks('lobby')).toEqual([{ userId: 'u_ann', nickname: 'Ann', seq: 8 }]);
      expect((await other.store.history('lobby', 2, 4)).map(({ id }) => id)).toEqual([uuid(2), uuid(3)]);
    });
  });

  describe('a log that was lost', () => {
    it('begins a new epoch for everyone when all of it is gone', async () => {
      const prefix = newPrefix();
      const [one, other] = [await opened(prefix), await opened(prefix)];
      await one.store.append('lobby', draft(1));
      await eventually(() => other.seqs().length === 1);
      await one.link.send('', 'DEL', one.keys.meta, one.keys.log, one.keys.ids, one.keys.order);
      expect(await one.store.append('lobby', draft(2))).toMatchObject({ message: { seq: 1 }, duplicate: false });
      await eventually(() => other.resets.length === 1);
      expect(one.resets).toEqual(other.resets);
      expect(one.resets[0]).toMatchObject({ seq: 1, events: [{ message: { id: uuid(2) } }] });
      expect(one.resets[0]!.epoch).not.toBe(one.log.epoch);
    });

    /** As a replica is that got nothing after this; the answer makes it the master. */
    async function replicaOf({ link, keys: { meta, log, ids, order } }: Awaited<ReturnType<typeof opened>>) {
      const copy = (from: string, to: string) => link.send('', 'COPY', from, to, 'REPLACE');
      const all = [meta, log, ids, order];
      await Promise.all(all.map((key) => copy(key, `${key}:replica`)));
      return async () => void (await Promise.all(all.map((key) => copy(`${key}:replica`, key))));
    }

    it('begins a new epoch with what is left when its end is gone', async () => {
      const one = await opened(newPrefix());
      for (const number of [1, 2]) await one.store.append('lobby', draft(number));
      const promote = await replicaOf(one);
      await one.store.append('lobby', draft(3));
      await promote();
      expect(await one.store.append('lobby', draft(4))).toMatchObject({ message: { seq: 3 } });
      expect(one.resets).toMatchObject([{ seq: 3 }]);
      expect(one.resets[0]!.events.map(({ message }) => message.id)).toEqual([uuid(1), uuid(2), uuid(4)]);
      expect(one.resets[0]!.epoch).not.toBe(one.log.epoch);
      // The sender of what was lost sends it again.
      expect(await one.store.append('lobby', draft(3))).toMatchObject({ message: { seq: 4 }, duplicate: false });
    });

    it('begins a new epoch also when another process has written on by then', async () => {
      const prefix = newPrefix();
      const one = await opened(prefix);
      for (const number of [1, 2]) await one.store.append('lobby', draft(number));
      const other = await opened(prefix);
      for (const { link, keys } of [one, other]) await link.unsubscribe(keys.bell);
      const promote = await replicaOf(one);
      await one.store.append('lobby', draft(3));
      await promote();
      for (const number of [4, 5]) await other.store.append('lobby', draft(number));
      expect(other.resets).toEqual([]);
      await one.store.catchUp('lobby');
      expect(one.resets).toMatchObject([{ seq: 4 }]);
      await other.store.catchUp('lobby');
      expect(other.resets).toEqual(one.resets);
    });

    it('is told as a reset in the same epoch to a process that was away for longer than events are kept', async () => {
      const prefix = newPrefix();
      const [one, other] = [await opened(prefix, { kept: 100 }), await opened(prefix)];
      await other.link.unsubscribe(other.keys.bell);
      for (let number = 1; number <= 500; number++) void one.store.append('lobby', draft(number));
      await one.store.append('lobby', draft(501));
      await other.store.catchUp('lobby');
      expect(other.seqs()).toEqual([]);
      expect(other.resets).toMatchObject([{ epoch: one.log.epoch, seq: 501 }]);
      expect(other.resets[0]!.events.map(({ seq }) => seq)).toEqual([497, 498, 499, 500, 501]);
    });
  });

  it('bounds messages, ids and marks', async () => {
    const { store, link, keys } = await opened(newPrefix(), { kept: 100, rememberedIds: 100 });
    for (let number = 1; number <= 1_000; number++) void store.append('lobby', draft(number));
    await store.append('lobby', draft(1_001));
    expect(await link.send(keys.log, 'XLEN', keys.log)).toBeLessThan(300);
    expect(await link.send(keys.ids, 'HLEN', keys.ids)).toBe(100);
    expect(await store.find('lobby', draft(901))).toBeUndefined();
    expect(await store.find('lobby', draft(902))).toMatchObject({ seq: 902 });
    for (const seq of [4, 1, 3, 2]) await store.mark('lobby', { userId: `u_${seq}`, nickname: 'Ann', seq });
    expect((await store.marks('lobby')).map(({ seq }) => seq)).toEqual([2, 3, 4]);
  });

  it('lets go of messages that are older than they are kept, but not of the newest', async () => {
    const { link } = await newStore(url);
    const keys = new Keys(newPrefix());
    const store = new RedisLogStore(new FakeClock(), link, keys, BOUNDS, { age: 1 }, randomUUID());
    await store.open({ name: 'lobby', title: 'Lobby' }, ignore, ignore);
    for (let number = 1; number <= 8; number++) await store.append('lobby', draft(number));
    await eventually(async () => {
      await store.prune();
      return (await store.history('lobby', 10, 9)).length <= 5;
    });
    expect((await store.history('lobby', 10, 9)).map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8]);
    expect(await store.append('lobby', draft(1))).toMatchObject({ duplicate: true });
  });

  it('acknowledges nothing that has not as many copies as it should, however it is asked', async () => {
    const { store, seqs } = await opened(newPrefix(), { replicas: 1 });
    expect(await refusalOf(() => store.append('lobby', draft(1)))).toMatchObject({ code: 'unavailable' });
    expect(await refusalOf(() => store.find('lobby', draft(1)))).toMatchObject({ code: 'unavailable' });
    expect(seqs()).toEqual([1]);
  });
});

describeWithRedis('the store in a Redis Cluster', () => {
  let url: string;
  beforeAll(async () => {
    ({ url } = await new RedisServer({ args: ['--cluster-enabled', 'yes'] }).start());
    const link = await newLink(url);
    await link.send('', 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await eventually(async () => String(await link.send('', 'CLUSTER', 'INFO')).includes('cluster_state:ok'));
  });

  itKeepsLogs(async () => (await newStore(url, newPrefix(), {}, 'cluster')).store, 'its own');
});
