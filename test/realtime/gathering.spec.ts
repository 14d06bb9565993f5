import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../api/domain/clock.js';
import { get, post } from '../support/http.js';
import { pollUntil } from '../support/poller.js';
import { startServerBy, stopServers } from '../support/server.js';
import { connect, stopSockets, type TestSocket, TRANSPORTS } from '../support/socket.js';
import { listen, stopStreams } from '../support/sse.js';

afterEach(stopServers);
afterEach(stopSockets);
afterEach(stopStreams);

/** On the machine's own clock: where time stands still, nothing takes any, and nothing waits. */
const busyServer = () => startServerBy(systemClock, { CHAT_FANOUT_MAX_DELAY_MS: '1000', CHAT_HISTORY_LIMIT: '5000' });

const LAST = 'that was all';

describe('a busy room', () => {
  it('is told in fewer packets, all of it, once and in order, whoever comes when and over whichever door', async () => {
    const { url } = await busyServer();
    const first = connect(url, 'lobby', { nickname: 'First' });
    const { cursor } = await first.joined();
    const poller = pollUntil(url, LAST, { since: cursor, wait: 30 });
    let said = 0;
    let talking = true;
    const talk = async (burst: number, say: (text: string) => Promise<unknown>) => {
      while (talking) await Promise.all(Array.from({ length: burst }, () => say(`${said++}`)));
    };
    const curl = (text: string) => post(url, '/api/chat/send', { nickname: 'Curl', text });
    const talks = [talk(20, (text) => first.say(text)), talk(1, curl)];

    const joiners: TestSocket[] = [];
    const streams = [];
    for (let n = 0; n < 4; n++) {
      for (const [name, transports] of Object.entries(TRANSPORTS)) {
        joiners.push(connect(url, 'lobby', { nickname: `${name} ${n}` }, { transports }));
      }
      streams.push(await listen(url));
      await joiners.at(-1)!.joined();
    }
    await Promise.all(joiners.map((joiner) => joiner.joined()));
    talking = false;
    await Promise.all(talks);
    await first.say(LAST);

    for (const listener of [first, ...joiners, ...streams]) {
      await listener.heard(LAST);
      const { seq } = await listener.nth('room:joined');
      expect(listener.events.map((event) => event.seq)).toEqual(listener.events.map((_, n) => seq + 1 + n));
    }
    expect(await poller).toEqual(first.events);
    expect(first.events).toHaveLength(said + 1);
    expect(first.all('room:events').length).toBeLessThan(first.events.length);
  }, 30_000);

  it('tells everyone who is there, in far fewer packets than there are comings and goings', async () => {
    const { url } = await busyServer();
    const zoe = connect(url, 'lobby', { nickname: 'Zoe' });
    await zoe.joined();
    const crowd = Array.from({ length: 80 }, (_, n) => connect(url, 'lobby', { nickname: `Person ${n}` }));
    await Promise.all(crowd.map((person) => person.joined()));
    const leaving = crowd.splice(0, 40);
    for (const person of leaving) person.leave();
    const late = connect(url, 'lobby', { nickname: 'Late' });
    await late.joined();
    const everyone = [zoe, late, ...crowd];
    await Promise.all(everyone.map((one) => one.until(() => present(one).size === everyone.length)));

    const { users } = (await get(url, '/api/chat/users')).data;
    const there = users.map(({ nickname }: { nickname: string }) => nickname).sort();
    for (const one of everyone) {
      expect([...present(one).values()].sort()).toEqual(there);
      expect(one.all('presence:changed').at(-1)?.online ?? (await one.joined()).online).toBe(everyone.length);
    }
    const packets = [...everyone, ...leaving].map((one) => one.all('presence:changed').length);
    expect(packets.reduce((sum, count) => sum + count)).toBeLessThan(1_400);
  }, 30_000);
});

/** Who is there, as this one was told; nobody comes who is there already, or goes who is not. */
function present(listener: TestSocket): Map<string, string> {
  const people = new Map<string, string>();
  for (const { userId, nickname } of listener.all('room:joined').at(-1)?.users ?? []) people.set(userId, nickname);
  for (const { joined, left } of listener.all('presence:changed')) {
    for (const { userId, nickname } of joined) {
      if (people.has(userId)) throw new Error(`${nickname} came twice`);
      people.set(userId, nickname);
    }
    for (const { userId, nickname } of left) {
      if (!people.delete(userId)) throw new Error(`${nickname} went and was not there`);
    }
  }
  return people;
}
