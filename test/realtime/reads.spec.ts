import { afterEach, describe, expect, it } from '@jest/globals';
import { get, post } from '../support/http.js';
import { startServer, stopServers } from '../support/server.js';
import { connect, stopSockets } from '../support/socket.js';

afterEach(stopServers);
afterEach(stopSockets);

async function withMessages(count: number) {
  const { url, clock } = await startServer();
  const ann = connect(url, 'lobby', { nickname: 'Ann' });
  const bob = connect(url, 'lobby', { nickname: 'Bob' });
  const { you } = await ann.joined();
  await bob.joined();
  for (let index = 1; index <= count; index++) await bob.say(`message ${index}`);
  return { url, clock, ann, bob, you };
}

describe('how far people have read', () => {
  it('is told to everyone, and kept', async () => {
    const { url, ann, bob, you } = await withMessages(3);
    expect(await ann.ask('read:mark', { seq: 2 })).toEqual({ ok: true, data: {} });
    const read = { userId: you.userId, nickname: 'Ann', seq: 2 };
    expect(await bob.nth('read:changed')).toEqual({ reads: [read] });
    expect((await get(url, '/api/chat/reads')).data).toEqual({ reads: [read] });
  });

  it('moves forward only', async () => {
    const { url, ann, bob, clock } = await withMessages(3);
    await ann.ask('read:mark', { seq: 3 });
    await ann.ask('read:mark', { seq: 1 });
    clock.advance(5_000);
    await bob.say('marker');
    await bob.heard('marker');
    expect(bob.all('read:changed')).toHaveLength(1);
    expect((await get(url, '/api/chat/reads')).data.reads[0].seq).toBe(3);
  });

  it('is never further than the log', async () => {
    const { url, ann, you } = await withMessages(3);
    expect(await ann.refusal('read:mark', { seq: 4 })).toMatchObject({ code: 'validation-failed' });
    expect(await ann.refusal('read:mark', { seq: 0 })).toMatchObject({ code: 'validation-failed' });
    expect(await ann.refusal('read:mark', { seq: 1.5 })).toMatchObject({ code: 'validation-failed' });
    expect((await post(url, '/api/chat/read', { seq: 4 }, { token: you.token })).data.code).toBe('validation-failed');
    expect((await get(url, '/api/chat/reads')).data).toEqual({ reads: [] });
  });

  it('is gathered: once a second, the newest mark of each', async () => {
    const { ann, bob, clock } = await withMessages(9);
    for (const seq of [1, 2, 3, 4]) await ann.ask('read:mark', { seq });
    await bob.ask('read:mark', { seq: 9 });
    await bob.nth('read:changed');
    clock.advance(1_000);
    const { reads } = await bob.nth('read:changed', 2);
    expect(reads.map(({ nickname, seq }) => `${nickname} ${seq}`).sort()).toEqual(['Ann 4', 'Bob 9']);
    clock.advance(10_000);
    await bob.say('marker');
    expect(bob.all('read:changed')).toHaveLength(2);
  });

  it('outlives a reconnect with the same token', async () => {
    const { url, ann, bob, you, clock } = await withMessages(2);
    await ann.ask('read:mark', { seq: 1 });
    ann.leave();
    await bob.nth('presence:changed');
    clock.advance(60_000);
    const again = connect(url, 'lobby', { token: you.token });
    await again.joined();
    expect((await get(url, '/api/chat/reads')).data.reads).toEqual([{ userId: you.userId, nickname: 'Ann', seq: 1 }]);
    await again.ask('read:mark', { seq: 2 });
    expect((await get(url, '/api/chat/reads')).data.reads).toEqual([{ userId: you.userId, nickname: 'Ann', seq: 2 }]);
  });

  it('is the same over REST', async () => {
    const { url, bob, you } = await withMessages(2);
    expect((await post(url, '/api/chat/read', { seq: 2 }, { token: you.token })).status).toBe(204);
    expect((await bob.nth('read:changed')).reads).toMatchObject([{ nickname: 'Ann', seq: 2 }]);
    expect((await post(url, '/api/chat/read', { seq: 2 })).data.code).toBe('unauthorized');
    expect((await post(url, '/api/chat/read', { seq: 1, room: 'attic' }, { token: you.token })).data.code).toBe(
      'room-not-found',
    );
  });
});
