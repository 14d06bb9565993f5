import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { get, post } from '../../support/http.js';
import { Link, stopLinks } from '../../support/link.js';
import { expectNothingLost, Member, sayByRest } from '../../support/member.js';
import { startNodes } from '../../support/nodes.js';
import { describeWithRedis, RedisServer, stopRedis } from '../../support/redis-server.js';
import { type ServerProcess, stopProcesses } from '../../support/server-process.js';
import { stopSockets } from '../../support/socket.js';
import { eventually } from '../../support/socket-server.js';

afterEach(stopSockets);
afterEach(stopProcesses);
afterEach(stopLinks);
afterEach(stopRedis);

const statusOf = async (url: string) => (await get(url, '/health/ready')).status;
const allReady = (nodes: ServerProcess[]) =>
  eventually(async () => (await Promise.all(nodes.map(({ url }) => statusOf(url)))).every((status) => status === 200));
const noneReady = (nodes: ServerProcess[]) =>
  eventually(async () => (await Promise.all(nodes.map(({ url }) => statusOf(url)))).every((status) => status === 503));

/** A member on each node, who has said something. */
async function people(nodes: ServerProcess[]): Promise<Member[]> {
  const members = nodes.map(({ url }, number) => new Member(url, 'lobby', `Member ${number}`));
  await Promise.all(members.map(({ client }) => client.joined()));
  await Promise.all(members.map((member) => member.say(`hello from ${member.nickname}`)));
  await Promise.all(members.map((member) => member.reaches(members.length)));
  return members;
}

const acknowledged = (members: Member[]) => members.flatMap((member) => member.acknowledged);

interface Absence {
  away: (redis: RedisServer, links: Link[]) => Promise<void> | void;
  back: (redis: RedisServer, links: Link[]) => Promise<void> | void;
}

const ABSENCES: Record<string, Absence> = {
  'is stopped': { away: (redis) => redis.pause(), back: (redis) => redis.resume() },
  'is killed': { away: (redis) => redis.stop('SIGKILL'), back: (redis) => redis.start().then(() => undefined) },
  'is cut off': {
    away: async (_, links) => void (await Promise.all(links.map((link) => link.cut()))),
    back: async (_, links) => void (await Promise.all(links.map((link) => link.mend()))),
  },
  'is silent': {
    away: (_, links) => links.forEach((link) => link.silence()),
    back: async (_, links) => void (await Promise.all(links.map((link) => link.mend()))),
  },
};

async function start() {
  const redis = await new RedisServer({ appendonly: true }).start();
  const links = await Promise.all([1, 2, 3].map(() => Link.to(redis.port)));
  const nodes = await startNodes(links.map(({ port }) => `redis://127.0.0.1:${port}`));
  return { redis, links, nodes, members: await people(nodes) };
}

describeWithRedis('while Redis is away', () => {
  it.each(Object.entries(ABSENCES))(
    'readers stay, sends are refused, and everyone goes on by themselves when it is back: it %s',
    async (_, { away, back }) => {
      const { redis, links, nodes, members } = await start();
      await away(redis, links);
      await noneReady(nodes);

      for (const [number, { url }] of nodes.entries()) {
        const body = { nickname: `Member ${number}`, text: 'is anybody there?' };
        const token = members[number]!.client.all('room:joined')[0]!.you.token;
        const { status, data } = await post(url, '/api/chat/send', body, { token });
        expect({ status, code: data.code }).toEqual({ status: 503, code: 'unavailable' });
        expect((await get(url, '/health/live')).status).toBe(200);
        // What was said before can still be read.
        const page = await get(url, '/api/chat/messages');
        expect(page.status).toBe(200);
        expect(page.data.messages).toHaveLength(3);
      }
      for (const member of members) {
        expect(await member.send(randomUUID(), 'hello?')).toMatchObject({
          ok: false,
          problem: { code: 'unavailable' },
        });
        expect(member.client.ends).toEqual([]);
      }
      const sends = members.map((member) => member.say(`${member.nickname} said this while it was away`));

      await back(redis, links);
      await Promise.all(sends);
      await allReady(nodes);
      await expectNothingLost(members, acknowledged(members));
      for (const { client, resets } of members) expect({ ends: client.ends, resets }).toEqual({ ends: [], resets: 0 });
      expect(members[0]!.messages.map(({ text }) => text)).not.toContain('is anybody there?');
    },
  );

  it('one node that is cut off goes on where it was, while the others talk', async () => {
    const { links, nodes, members } = await start();
    await links[0]!.cut();
    await eventually(async () => (await statusOf(nodes[0]!.url)) === 503);
    for (let number = 1; number <= 250; number++) await members[1]!.say(`meanwhile ${number}`);
    await members[2]!.reaches(253);
    expect(members[0]!.seq).toBe(3);
    await links[0]!.mend();
    await expectNothingLost(members, acknowledged(members));
    expect(members[0]!.client.ends).toEqual([]);
    expect(members[0]!.seq).toBe(253);
  });

  it('a link that is slow delays one node and loses nothing', async () => {
    const { links, members } = await start();
    links[0]!.slow(100);
    await Promise.all(
      members.map(async (member) => {
        for (let number = 1; number <= 10; number++) await member.say(`${member.nickname} ${number}`);
      }),
    );
    await expectNothingLost(members, acknowledged(members));
    expect(members.flatMap(({ refusals }) => refusals)).toEqual([]);
  });
});

describeWithRedis('Redis that is restarted', () => {
  it('has everything that was acknowledged, with its file, however it went down and under load', async () => {
    const { redis, nodes, members } = await start();
    const urls = nodes.map(({ url }) => url);
    let over = false;
    const load = [...members.keys()].map(async (number) => {
      const kept = [];
      for (let count = 1; !over; count++) {
        await members[number]!.say(`socket ${number} ${count}`);
        kept.push(await sayByRest(urls, 'lobby', `Curl ${number}`, `curl ${number} ${count}`));
      }
      return kept;
    });
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
      const { seq } = members[0]!;
      await members[0]!.reaches(seq + 50);
      await redis.restart(signal);
    }
    await members[0]!.reaches(members[0]!.seq + 50);
    over = true;
    const kept = (await Promise.all(load)).flat();
    await expectNothingLost(members, [...acknowledged(members), ...kept]);
    for (const { client, resets } of members) expect({ ends: client.ends, resets }).toEqual({ ends: [], resets: 0 });
  });

  it('empty is a new epoch, and everyone is told', async () => {
    const { redis, nodes, members } = await start();
    const before = members[0]!.cursor;
    await redis.restartEmpty();
    await allReady(nodes);
    await Promise.all(members.map((member) => member.client.until(() => member.resets === 1)));
    const epochs = new Set(members.map(({ epoch }) => epoch));
    expect(epochs.size).toBe(1);
    expect(before.startsWith([...epochs][0]!)).toBe(false);
    await Promise.all(members.map((member) => member.say(`${member.nickname} is here again`)));
    for (const member of members) {
      await member.reaches(3);
      expect(member.faults).toEqual([]);
      expect(member.messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    }
    for (const { url } of nodes) {
      const { data } = await get(url, `/api/chat/events?since=${encodeURIComponent(before)}`);
      expect(data).toMatchObject({ recovered: false, epoch: members[0]!.epoch });
    }
  });
});

describe('a node', () => {
  it('does not start without its Redis, and says so in one line', async () => {
    const redis = 'redis://127.0.0.1:1';
    await expect(startNodes(redis, {}, 1)).rejects.toThrow(/^the server ended: Not started: REDIS_URL .*$/);
  });
});
