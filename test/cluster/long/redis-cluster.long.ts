import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Refusal } from '../../../api/domain/problem.js';
import { RedisLink } from '../../../api/store/redis/redis-link.js';
import type { ReadList, User } from '../../../openapi/generated/chat.js';
import { get, post } from '../../support/http.js';
import { expectNothingLost, Member } from '../../support/member.js';
import { startNodes } from '../../support/nodes.js';
import { join } from '../../support/people.js';
import { type ClusterOptions, RedisCluster } from '../../support/redis-cluster.js';
import { describeWithRedis, type RedisServer, stopRedis } from '../../support/redis-server.js';
import { stopProcesses } from '../../support/server-process.js';
import { stopSockets } from '../../support/socket.js';
import { eventually } from '../../support/socket-server.js';

/** Between what one talker says, in milliseconds: Redis is to be changed under load, not to drown in it. */
const PACE = 20;

/** So that a test that fails also ends. */
const MOST_ATTEMPTS = 50;
const BEFORE_AGAIN = 200;

/** Messages in a room before the next change, and after it. */
const BETWEEN = 25;

afterEach(stopSockets);
afterAll(stopProcesses);
afterAll(stopRedis);

const usersOf = async (url: string, room: string) =>
  ((await get(url, `/api/chat/users?room=${room}`)).data.users as User[]).map(({ nickname }) => nickname).sort();

async function start(options: ClusterOptions = {}, environment: Record<string, string> = {}) {
  const redis = await RedisCluster.start(options);
  const nodes = await startNodes(redis.urls, { CHAT_REDIS_TOPOLOGY: 'cluster', ...environment });
  return { redis, urls: nodes.map(({ url }) => url) };
}

/** A room on each of the masters, in the order of these, and in each room a member on each node. */
async function enter({ redis, urls }: Awaited<ReturnType<typeof start>>, word: string) {
  const names = await redis.roomOnEach(word);
  const rooms: Member[][] = [];
  for (const [at, room] of names.entries()) {
    const { token } = await join(urls[at]!, `Owner of ${room}`);
    expect((await post(urls[at]!, '/api/chat/rooms', { name: room }, { token })).status).toBe(201);
    const members = urls.map((url, node) => new Member(url, room, `${room} ${node}`));
    await Promise.all(members.map(({ client }) => client.joined()));
    rooms.push(members);
  }
  for (const [at, members] of rooms.entries()) {
    for (const url of urls) await eventually(async () => (await usersOf(url, names[at]!)).length === members.length);
  }
  return { names, rooms };
}

/** All of them talk until told to end. */
function load(members: Member[]): () => Promise<void> {
  const over = new AbortController();
  loads.push(over);
  const talks = members.map(async (member) => {
    for (let count = 1; !over.signal.aborted; count++) {
      await member.say(`${member.nickname} ${count}`);
      await pause(PACE);
    }
  });
  return async () => {
    over.abort();
    await Promise.all(talks);
  };
}

const loads: AbortController[] = [];
// Also of a test that fails.
afterEach(() => loads.splice(0).forEach((over) => over.abort()));

/** Each room's members have one log with all that was acknowledged, and nobody was told of an end or a new beginning. */
async function expectAllKept(rooms: Member[][]): Promise<void> {
  for (const members of rooms) {
    await expectNothingLost(
      members,
      members.flatMap(({ acknowledged }) => acknowledged),
    );
    for (const { client, resets } of members) expect({ ends: client.ends, resets }).toEqual({ ends: [], resets: 0 });
  }
}

/** What only pub/sub tells comes from each node to each other. It may get lost while a room moves, and is said again. */
async function expectAllHeard(members: Member[]): Promise<void> {
  await Promise.all(
    members.map(async (reader) => {
      const from = reader.seq;
      const isTold = ({ client }: Member) =>
        client
          .all('read:changed')
          .some(({ reads }) => reads.some(({ nickname, seq }) => nickname === reader.nickname && seq >= from));
      for (let attempt = 0; attempt < MOST_ATTEMPTS && !members.every(isTold); attempt++) {
        // A mark that is where it was is no news.
        await reader.say(`${reader.nickname} is marking`);
        await reader.client.ask('read:mark', { seq: reader.seq });
        await pause(BEFORE_AGAIN);
      }
      expect(members.every(isTold)).toBe(true);
    }),
  );
}

async function expectRefused({ client, nickname }: Member, url: string, room: string): Promise<void> {
  const { token } = client.all('room:joined')[0]!.you;
  const body = { nickname, room, text: 'is anybody there?' };
  const { status, data } = await post(url, '/api/chat/send', body, { token });
  expect({ status, code: data.code }).toEqual({ status: 503, code: 'unavailable' });
}

/** Somebody who starts now has all but the first of the masters. */
async function expectFound(redis: RedisCluster, [lost, ...others]: string[]): Promise<void> {
  const link = new RedisLink({ urls: redis.urls.split(','), topology: 'cluster' });
  await link.start(0);
  for (const room of others) expect(await link.send(room, 'EXISTS', room)).toBe(0);
  await expect(link.send(lost!, 'EXISTS', lost!)).rejects.toThrow(Refusal);
  expect(await link.probe('probe')).toBeUndefined();
  link.close();
}

describeWithRedis('three nodes on a Redis Cluster of three masters', () => {
  let chat: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => void (chat = await start({}, { CHAT_LIMIT_ROOMS: 'person=2/60s+2/60s' })));

  it('are one chat: order, people, nicknames, limits, reads and typing, whichever master has the room', async () => {
    const { urls } = chat;
    const { names, rooms } = await enter(chat, 'one');
    await Promise.all(
      rooms.flat().map(async (member) => {
        for (let count = 1; count <= 20; count++) await member.say(`${member.nickname} ${count}`);
      }),
    );
    await expectAllKept(rooms);
    for (const [at, members] of rooms.entries()) {
      const [ann, ...others] = members as [Member, ...Member[]];
      expect(ann.messages).toHaveLength(60);
      for (const url of urls) expect(await usersOf(url, names[at]!)).toEqual(members.map(({ nickname }) => nickname));
      await ann.client.ask('typing:set', { typing: true });
      await Promise.all(others.map(({ client }) => client.nth('typing:changed')));
      await expectAllHeard(members);
      for (const url of urls) {
        const { reads } = (await get(url, `/api/chat/reads?room=${names[at]}`)).data as ReadList;
        expect(reads.map(({ nickname }) => nickname).sort()).toEqual(members.map(({ nickname }) => nickname));
      }
    }
    // What belongs to no room lies on any of the masters.
    for (let round = 0; round < 5; round++) {
      const asked = urls.map((url) => post(url, '/api/chat/join', { nickname: `Ann ${round}` }));
      expect((await Promise.all(asked)).map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    }
    const { token } = await join(urls[0]!, 'Builder');
    const statuses: number[] = [];
    for (const [at, url] of [...urls, ...urls].entries()) {
      statuses.push((await post(url, '/api/chat/rooms', { name: `more-${at}` }, { token })).status);
    }
    expect(statuses).toEqual([201, 201, 201, 201, 429, 429]);
    for (const url of urls) expect((await get(url, '/api/chat/rooms')).data.rooms).toHaveLength(1 + 3 + 4);
  });

  it('go on while rooms move to another master and back, under load', async () => {
    const { redis } = chat;
    const { names, rooms } = await enter(chat, 'moving');
    const over = load(rooms.flat());
    const [first, second] = redis.masters as [RedisServer, RedisServer];
    for (const [room, to] of [
      [names[0]!, second],
      [names[1]!, first],
      [names[0]!, first],
      [names[1]!, second],
    ] as const) {
      const members = rooms[names.indexOf(room)]!;
      await members[0]!.reaches(members[0]!.seq + BETWEEN);
      await redis.move(room, to);
      expect(await redis.ownerOf(room)).toBe(to);
      await members[0]!.reaches(members[0]!.seq + BETWEEN);
      await expectAllHeard(members);
    }
    await over();
    await expectAllKept(rooms);
  });

  it.each([
    ['killed', (redis: RedisServer) => redis.stop('SIGKILL'), (redis: RedisServer) => redis.start()],
    ['silent', async (redis: RedisServer) => redis.pause(), async (redis: RedisServer) => redis.resume()],
  ])('lose only the rooms of a master that is %s, and go on in them when it is back', async (word, away, back) => {
    const { redis, urls } = chat;
    const { names, rooms } = await enter(chat, word);
    await Promise.all(rooms.flat().map((member) => member.say('hello')));
    await Promise.all(rooms.flat().map((member) => member.reaches(3)));
    const [lost, ...others] = rooms as [Member[], ...Member[][]];
    await away(redis.masters[0]!);
    for (const [at, url] of urls.entries()) await expectRefused(lost[at]!, url, names[0]!);
    // The others go on, and who reads stays.
    const over = load(others.flat());
    for (const [member] of others as [Member][]) await member.reaches(member.seq + BETWEEN);
    for (const [at, url] of urls.entries()) await expectRefused(lost[at]!, url, names[0]!);
    expect(others.flat().flatMap(({ refusals }) => refusals)).toEqual([]);
    for (const url of urls) {
      expect(await usersOf(url, names[0]!)).toHaveLength(3);
      expect((await get(url, `/api/chat/messages?room=${names[0]}`)).data.messages).toHaveLength(3);
      expect((await get(url, '/health/ready')).status).toBe(200);
    }
    await expectFound(redis, names);
    const said = lost.map((member) => member.say('said while it was away'));
    await back(redis.masters[0]!);
    await Promise.all(said);
    await over();
    await expectAllHeard(lost);
    await expectAllKept(rooms);
    for (const member of lost) {
      expect(member.client.all('presence:changed').flatMap(({ left }) => left)).toEqual([]);
    }
  });
});

describeWithRedis('three nodes on a Redis Cluster whose masters have replicas', () => {
  it('go on when a room moves and a replica becomes a master, with all that was acknowledged', async () => {
    const chat = await start({ withReplicas: true }, { CHAT_REDIS_WAIT: '1' });
    const { redis } = chat;
    const { names, rooms } = await enter(chat, 'room');
    const over = load(rooms.flat());
    const [members, moving] = rooms as [Member[], Member[]];
    await redis.move(names[1]!, redis.masters[2]!);
    await moving[0]!.reaches(moving[0]!.seq + BETWEEN);
    await members[0]!.reaches(members[0]!.seq + BETWEEN);
    await redis.masters[0]!.stop('SIGKILL');
    await eventually(async () => (await redis.ownerOf(names[0]!)) === redis.replicas[0]);
    // It has no replica itself until the old master has come back as one.
    await redis.masters[0]!.start();
    await members[0]!.reaches(members[0]!.seq + BETWEEN);
    await over();
    await expectAllHeard(members);
    await expectAllKept(rooms);
  });
});
