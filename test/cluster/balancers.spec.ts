import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach, expect, it } from '@jest/globals';
import type { RoomState } from '../../openapi/generated/chat.js';
import { Balancer, type BalancerKind, HAPROXY, NGINX, stopBalancers } from '../support/balancer.js';
import { get, post } from '../support/http.js';
import { join } from '../support/people.js';
import { describeWith } from '../support/programs.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { connect, stopSockets, TRANSPORTS } from '../support/socket.js';
import { listen, stopStreams } from '../support/sse.js';

afterEach(stopSockets);
afterEach(stopStreams);
afterEach(stopBalancers);
afterEach(stopServers);

const KINDS: [BalancerKind, typeof NGINX][] = [
  ['nginx', NGINX],
  ['haproxy', HAPROXY],
];

const ROUNDS = 12;

/** Rooms that know nothing of each other, so that every answer tells which node gave it. */
async function threeRooms(kind: BalancerKind, environment: Record<string, string> = {}) {
  const nodes = await Promise.all([1, 2, 3].map(() => startServer({ TRUST_PROXY: '1', ...environment })));
  const balancer = await Balancer.start(
    kind,
    nodes.map(({ url }) => url),
  );
  return { nodes, url: balancer.url, balancer };
}

async function oneRoom(kind: BalancerKind) {
  const node = await startServer({ TRUST_PROXY: '1' });
  const balancer = await Balancer.start(kind, [node.url, node.url, node.url]);
  return { node, url: balancer.url };
}

const epochOf = async (url: string) => ((await get(url, '/api/chat/events')).data as RoomState).epoch;

/** Asks on and on until told to end. */
function meanwhile(ask: () => Promise<void>) {
  let over = false;
  const asking = (async () => {
    while (!over) await ask();
  })();
  return () => {
    over = true;
    return asking;
  };
}

for (const [kind, program] of KINDS) {
  describeWith(program)(`behind ${kind}`, () => {
    it('requests go to all nodes', async () => {
      const { url, nodes } = await threeRooms(kind);
      const epochs = new Set<string>();
      for (let round = 0; round < ROUNDS; round++) epochs.add(await epochOf(url));
      expect(epochs.size).toBe(nodes.length);
    });

    it.each(Object.entries(TRANSPORTS))(
      'Socket.IO talks to one node from beginning to end (%s)',
      async (_, transports) => {
        const { url } = await threeRooms(kind);
        const people = Array.from({ length: 6 }, (_, number) =>
          connect(url, 'lobby', { nickname: `Ann ${number}` }, { transports }),
        );
        await Promise.all(people.map((person) => person.joined()));
        for (const person of people) {
          for (const text of ['one', 'two', 'three']) await person.say(text);
          await person.heard('three');
        }
        expect(people.flatMap(({ ends }) => ends)).toEqual([]);
      },
    );

    it('browsers at one address are spread over the nodes, each staying where it is', async () => {
      const { url } = await threeRooms(kind);
      const epochs = new Set<string>();
      for (let browser = 0; browser < ROUNDS; browser++) {
        const page = await fetch(url);
        const cookie = page.headers.getSetCookie()[0]!.split(';')[0]!;
        const again = await fetch(url, { headers: { cookie } });
        expect(again.headers.getSetCookie()).toEqual([]);
        const options = { transports: ['polling'], extraHeaders: { cookie } };
        const person = connect(url, 'lobby', { nickname: `Browser ${browser}` }, options);
        epochs.add((await person.joined()).epoch);
        await person.say('still here');
      }
      expect(epochs.size).toBeGreaterThan(1);
    });

    it('streams and long polls are told at once', async () => {
      const { url } = await oneRoom(kind);
      const stream = await listen(url);
      const { cursor } = await stream.nth('room:joined');
      const poll = get(url, `/api/chat/events?since=${cursor}&wait=30`);
      await post(url, '/api/chat/send', { nickname: 'Ann', text: 'hello' });
      await stream.heard('hello');
      expect((await poll).data.events).toMatchObject([{ message: { text: 'hello' } }]);
    });

    it('clients are told apart by their address, whatever they say that it is', async () => {
      const { url } = await threeRooms(kind, { CHAT_LIMIT_JOIN: 'address=1/60s+1/60s' });
      const codes: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const headers = { 'x-forwarded-for': `203.0.113.${round}` };
        codes.push((await post(url, '/api/chat/join', { nickname: `Ann ${round}` }, { headers })).status);
      }
      // One or two at each of three nodes, which in memory do not count together.
      expect(codes.filter((code) => code === 201).length).toBeLessThanOrEqual(6);
      expect(codes).toContain(429);
      expect(await joinFrom('127.0.0.2', url)).toBe(201);
    });

    it('a node that goes down is not noticed by those who ask', async () => {
      const { url, nodes } = await threeRooms(kind);
      const codes: number[] = [];
      const over = [1, 2, 3, 4].flatMap((number) => [
        meanwhile(async () => void codes.push((await get(url, '/api/chat/messages')).status)),
        meanwhile(async () => {
          const { status } = await post(url, '/api/chat/send', { nickname: `Ann ${number}`, text: 'hello' });
          codes.push(status - 1);
        }),
      ]);
      await nodes[0]!.stop();
      const before = codes.length;
      while (codes.length < before + 100) await get(url, '/health/live');
      await Promise.all(over.map((stop) => stop()));
      expect(codes.filter((code) => code !== 200)).toEqual([]);
    });

    it('clients of a node that goes down come back at another one', async () => {
      const { url, nodes } = await threeRooms(kind);
      const options = { reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 20 };
      const ann = connect(url, 'lobby', { nickname: 'Ann' }, options);
      const { epoch } = await ann.joined();
      await nodeOf(nodes, epoch).then((node) => node.stop());
      expect((await ann.joined(2)).epoch).not.toBe(epoch);
    });

    it('a balancer that reaches no node says so as the contract does', async () => {
      const { url, node } = await oneRoom(kind);
      await node.stop();
      const { status, data } = await get(url, '/api/chat/messages');
      expect(status).toBe(503);
      expect(data).toMatchObject({ code: 'unavailable', status: 503 });
      expect((await post(url, '/api/chat/send', { nickname: 'Ann', text: 'hello' })).data).toMatchObject({
        code: 'unavailable',
      });
    });

    it('what a node refuses comes as the node says it, and the figures of one node are nobody else’s', async () => {
      const { url } = await oneRoom(kind);
      const text = 'x'.repeat(100_000);
      expect((await post(url, '/api/chat/send', { nickname: 'Ann', text })).data).toMatchObject({ code: 'too-large' });
      await join(url, 'Ann');
      expect((await post(url, '/api/chat/join', { nickname: 'Ann' })).data).toMatchObject({ code: 'nickname-taken' });
      expect((await fetch(`${url}/metrics`)).status).toBe(404);
    });
  });
}

async function joinFrom(localAddress: string, url: string): Promise<number> {
  const asking = request(`${url}/api/chat/join`, {
    localAddress,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  asking.end(JSON.stringify({ nickname: 'Somebody else' }));
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode!;
}

async function nodeOf(nodes: TestServer[], epoch: string): Promise<TestServer> {
  for (const node of nodes) if ((await epochOf(node.url)) === epoch) return node;
  throw new Error('no node has that epoch');
}
