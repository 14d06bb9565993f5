import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import type { OpenedLog } from '../../../api/store/log-store.js';
import { Keys } from '../../../api/store/redis/keys.js';
import { RedisLink } from '../../../api/store/redis/redis-link.js';
import { RedisLogStore } from '../../../api/store/redis/redis-log-store.js';
import { draft } from '../../support/events.js';
import { FakeClock } from '../../support/fake-clock.js';
import { freePort, need } from '../../support/programs.js';
import { describeWithRedis, REDIS, RedisServer, stopRedis } from '../../support/redis-server.js';
import { eventually } from '../../support/socket-server.js';

const links: RedisLink[] = [];

afterAll(() => links.splice(0).forEach((link) => link.close()));
afterAll(stopRedis);

async function newLink(url: string, topology = 'single') {
  const link = new RedisLink({ urls: [url], topology });
  links.push(link);
  await link.start(5_000);
  return link;
}

const BOUNDS = { historyLimit: 5, rememberedIds: 1_000, kept: 10_000, replicas: 1, marks: 3 };

describeWithRedis('the store behind a Sentinel', () => {
  it('finds the master, and finds it again with all that was acknowledged when a replica has become it', async () => {
    const master = await new RedisServer().start();
    const replica = await new RedisServer({ args: ['--replicaof', `127.0.0.1 ${master.port}`] }).start();
    const sentinel = await newSentinel(master);
    const toSentinel = await newLink(sentinel);
    const ask = (...words: string[]) => toSentinel.send('', 'SENTINEL', ...words);
    await eventually(async () => ((await ask('REPLICAS', 'main')) as { flags: string }[])[0]?.flags === 'slave');

    const link = await newLink(sentinel, 'sentinel:main');
    const store = new RedisLogStore(new FakeClock(), link, new Keys('chat'), BOUNDS, {}, randomUUID());
    const resets: OpenedLog[] = [];
    await store.open(
      { name: 'lobby', title: 'Lobby' },
      () => undefined,
      (log) => resets.push(log),
    );
    // The replica may still be coming.
    const append = () => store.append('lobby', draft(1)).catch(() => undefined);
    await eventually(async () => (await append()) !== undefined);
    const { message } = await store.append('lobby', draft(1));
    await ask('FAILOVER', 'main');
    await eventually(async () => String(await ask('GET-MASTER-ADDR-BY-NAME', 'main')).endsWith(`${replica.port}`));
    await eventually(async () => {
      const answer = await store.find('lobby', draft(1)).catch(() => undefined);
      return link.reconnects > 0 && answer?.sentAt === message.sentAt;
    });
    expect(resets).toEqual([]);
  });

  it('says which master nobody knows', async () => {
    const sentinel = await newSentinel(await new RedisServer().start());
    await expect(new RedisLink({ urls: [sentinel], topology: 'sentinel:other' }).start(0)).rejects.toThrow(
      'no Sentinel knows the master: no master is called other',
    );
  });
});

const sentinels: ChildProcess[] = [];
afterAll(() => sentinels.forEach((sentinel) => sentinel.kill('SIGKILL')));

/** Answers its URL. */
async function newSentinel(master: RedisServer): Promise<string> {
  const port = await freePort();
  const settings = join(master.folder, 'sentinel.conf');
  const monitored = `sentinel monitor main 127.0.0.1 ${master.port} 1`;
  writeFileSync(settings, `bind 127.0.0.1\nport ${port}\ndir ${master.folder}\n${monitored}\n`);
  const sentinel = spawn(need(REDIS), [settings, '--sentinel'], { stdio: 'ignore' });
  sentinels.push(sentinel);
  return `redis://127.0.0.1:${port}`;
}
