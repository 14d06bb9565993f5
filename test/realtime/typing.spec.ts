import { afterEach, describe, expect, it } from '@jest/globals';
import { post } from '../support/http.js';
import { startServer, stopServers } from '../support/server.js';
import { connect, stopSockets, type TestSocket } from '../support/socket.js';
import { listen, stopStreams } from '../support/sse.js';

afterEach(stopServers);
afterEach(stopSockets);
afterEach(stopStreams);

async function two() {
  const { url, clock } = await startServer();
  const ann = connect(url, 'lobby', { nickname: 'Ann' });
  const bob = connect(url, 'lobby', { nickname: 'Bob' });
  const { you } = await ann.joined();
  await bob.joined();
  return { url, clock, ann, bob, token: you.token };
}

/** Who types, as it was told, one time after the other. */
const told = (client: Pick<TestSocket, 'all'>) => {
  return client.all('typing:changed').map(({ users }) => users.map(({ nickname }) => nickname).join('+'));
};

const typing = (client: TestSocket, value: boolean) => client.ask('typing:set', { typing: value });

describe('typing', () => {
  it('is told to the others with the name, and not to the typist', async () => {
    const { ann, bob } = await two();
    expect(await typing(ann, true)).toEqual({ ok: true, data: {} });
    await bob.nth('typing:changed');
    await ann.nth('typing:changed');
    expect([told(bob), told(ann)]).toEqual([['Ann'], ['']]);
  });

  it('ends by itself after 5 s of silence, unless it is said again', async () => {
    const { clock, ann, bob } = await two();
    await typing(ann, true);
    clock.advance(4_000);
    await typing(ann, true);
    clock.advance(4_999);
    await bob.say('marker');
    expect(told(bob)).toEqual(['Ann']);
    clock.advance(1);
    await bob.nth('typing:changed', 2);
    expect(told(bob)).toEqual(['Ann', '']);
  });

  it('ends when it is said, on sending, and on leaving', async () => {
    const { clock, ann, bob } = await two();
    for (const end of [() => typing(ann, false), () => ann.say('done'), async () => ann.leave()]) {
      const before = told(bob).length;
      await typing(ann, true);
      await bob.nth('typing:changed', before + 1);
      clock.advance(1_000);
      await end();
      await bob.nth('typing:changed', before + 2);
      clock.advance(1_000);
    }
    expect(told(bob)).toEqual(['Ann', '', 'Ann', '', 'Ann', '']);
  });

  it('is told at most once a second, whatever people do, and then as it stands', async () => {
    const { clock, ann, bob } = await two();
    for (let round = 0; round < 20; round++) {
      await typing(ann, round % 2 === 0);
      await typing(bob, true);
    }
    expect(told(bob)).toEqual(['Ann']);
    clock.advance(999);
    await bob.say('marker');
    expect(told(bob)).toHaveLength(1);
    clock.advance(1);
    await ann.nth('typing:changed', 2);
    expect(told(ann).at(-1)).toBe('');
  });

  it('is the same over REST and in the event stream', async () => {
    const { url, bob, token } = await two();
    const stream = await listen(url, { token });
    expect((await post(url, '/api/chat/typing', { typing: true }, { token })).status).toBe(204);
    await bob.nth('typing:changed');
    await stream.nth('typing:changed');
    expect([told(bob), told(stream)]).toEqual([['Ann'], ['']]);
    expect((await post(url, '/api/chat/typing', { typing: true })).data.code).toBe('unauthorized');
    expect((await post(url, '/api/chat/typing', { typing: 'yes' }, { token })).data.code).toBe('validation-failed');
  });

  it('names twenty people at the most', async () => {
    const { url, clock, bob } = await two();
    const people = Array.from({ length: 30 }, (_, index) => connect(url, 'lobby', { nickname: `Person ${index}` }));
    await Promise.all(people.map((person) => person.joined()));
    await Promise.all(people.map((person) => typing(person, true)));
    clock.advance(1_000);
    const { users } = await bob.nth('typing:changed', 2);
    expect(users).toHaveLength(20);
  });
});
