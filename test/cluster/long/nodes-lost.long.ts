import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { Balancer, NGINX, stopBalancers } from '../../support/balancer.js';
import { get, post } from '../../support/http.js';
import { type Acknowledged, expectNothingLost, Member, sayByRest } from '../../support/member.js';
import { startNodes } from '../../support/nodes.js';
import { nicknames } from '../../support/people.js';
import { describeWith } from '../../support/programs.js';
import { REDIS, RedisServer, stopRedis } from '../../support/redis-server.js';
import { ServerProcess, stopProcesses } from '../../support/server-process.js';
import { connect, stopSockets } from '../../support/socket.js';
import { eventually } from '../../support/socket-server.js';

afterEach(stopSockets);
afterEach(stopBalancers);
afterEach(stopProcesses);
afterEach(stopRedis);

const SECONDS = 1_000;

/** Between what one talker says, in milliseconds: nodes are to be lost under load, not to drown in it. */
const PACE = 20;

/** Messages before the next node goes. */
const BETWEEN = 25;

/** Who was told to have come and gone, as `+Ann` and `-Ann`. */
const comings = ({ client }: Member) =>
  client
    .all('presence:changed')
    .flatMap(({ joined, left }) => [
      ...joined.map(({ nickname }) => `+${nickname}`),
      ...left.map(({ nickname }) => `-${nickname}`),
    ]);

/** Talks on all ways, on and on, until told to end; gives what was acknowledged. */
function load(members: Member[], urls: string[]): () => Promise<Acknowledged[]> {
  let over = false;
  const talks = members.map(async (member, number) => {
    const kept: Acknowledged[] = [];
    for (let count = 1; !over; count++) {
      await member.say(`${member.nickname} ${count}`);
      kept.push(await sayByRest(urls, 'lobby', `Curl ${number}`, `curl ${number} ${count}`));
      await pause(PACE);
    }
    return kept;
  });
  return async () => {
    over = true;
    const kept = (await Promise.all(talks)).flat();
    return [...kept, ...members.flatMap(({ acknowledged }) => acknowledged)];
  };
}

async function start() {
  const redis = await new RedisServer({ appendonly: true }).start();
  const nodes = await startNodes(redis.url);
  return { redis, nodes, urls: nodes.map(({ url }) => url) };
}

async function startBalanced() {
  const { nodes, urls } = await start();
  const { url } = await Balancer.start('nginx', urls);
  const members = Array.from({ length: 6 }, (_, number) => {
    return new Member(url, 'lobby', `Member ${number}`, number % 2 ? ['websocket'] : ['polling']);
  });
  await Promise.all(members.map(({ client }) => client.joined()));
  return { nodes, url, members };
}

/** Waits until the node is asked for something and answers. */
const answers = ({ url }: ServerProcess) =>
  eventually(() =>
    get(url, '/health/ready').then(
      ({ status }) => status === 200,
      () => false,
    ),
  );

describeWith(REDIS, NGINX)('a node that is lost', () => {
  it('takes its people off the list within 30 s, and not those who come back at another node', async () => {
    const { nodes, urls } = await start();
    const watcher = new Member(urls[2]!, 'lobby', 'Watcher');
    await watcher.client.joined();
    const wanderer = connect(urls[0]!, 'lobby', { nickname: 'Wanderer' });
    const { you } = await wanderer.joined();
    await connect(urls[0]!, 'lobby', { nickname: 'Gone' }).joined();
    await watcher.client.until(() => comings(watcher).length === 2);

    const killed = performance.now();
    await nodes[0]!.stop('SIGKILL');
    const back = connect(urls[1]!, 'lobby', { token: you.token });
    await back.joined();
    await watcher.client.until(() => comings(watcher).includes('-Gone'));
    for (const url of urls.slice(1)) {
      await eventually(async () => (await nicknames(url)).sort().join() === 'Wanderer,Watcher');
    }
    expect(comings(watcher).sort()).toEqual(['+Gone', '+Wanderer', '-Gone']);
    // The name is free again for anybody.
    await eventually(async () => (await post(urls[1]!, '/api/chat/join', { nickname: 'Gone' })).status === 201);
    expect(performance.now() - killed).toBeLessThan(31 * SECONDS);
  });

  it('loses nothing that was acknowledged, killed under load and started again', async () => {
    const { nodes, url, members } = await startBalanced();
    const over = load(members, [url]);
    for (const node of nodes) {
      await members[0]!.reaches(members[0]!.seq + BETWEEN);
      await node.stop('SIGKILL');
      await node.start();
      await answers(node);
    }
    await members[0]!.reaches(members[0]!.seq + BETWEEN);
    await expectNothingLost(members, await over());
  });

  it('and found again loses nothing: stopped for longer than its people are waited for, then continued', async () => {
    const { nodes, urls } = await start();
    const members = urls.map((url, number) => new Member(url, 'lobby', `Member ${number}`));
    await Promise.all(members.map(({ client }) => client.joined()));
    // Somebody of whom the others were not yet told is missed by nobody.
    for (const url of urls) await eventually(async () => (await nicknames(url)).length === members.length);
    nodes[0]!.signal('SIGSTOP');
    const over = load(members.slice(1), urls.slice(1));
    await members[1]!.client.until(() => comings(members[1]!).includes('-Member 0'));
    nodes[0]!.signal('SIGCONT');
    await answers(nodes[0]!);
    await members[0]!.say('I never left');
    await expectNothingLost(members, [...(await over()), ...members[0]!.acknowledged]);
    await eventually(async () => {
      const lists = await Promise.all(urls.map(nicknames));
      return lists.every((list) => list.filter((nickname) => nickname.startsWith('Member')).length === 3);
    });
  });
});

describeWith(REDIS, NGINX)('a rolling restart of three nodes under load', () => {
  it('loses nothing, and those who talk are back before anybody misses them', async () => {
    const { nodes, url, members } = await startBalanced();
    const watcher = new Member(url, 'lobby', 'Watcher');
    await watcher.client.joined();
    const over = load(members, [url]);
    for (const node of nodes) {
      await members[0]!.reaches(members[0]!.seq + BETWEEN);
      expect((await node.stop('SIGTERM'))!.code).toBe(0);
      await node.start();
      await answers(node);
    }
    await members[0]!.reaches(members[0]!.seq + BETWEEN);
    const kept = await over();
    await expectNothingLost([...members, watcher], kept);
    // A restart moves everyone once or twice, and nobody leaves the list for it.
    expect(comings(watcher).filter((change) => change.startsWith('-'))).toEqual([]);
    for (const { client } of members) expect(client.ends.length).toBeLessThan(10);
  });
});
