import { afterEach, describe, expect, it } from '@jest/globals';
import { get } from '../support/http.js';
import { cursorOf, join, sayMany } from '../support/people.js';
import { startServer, stopServers } from '../support/server.js';

afterEach(stopServers);

const after = async (url: string, since: string) => (await get(url, `/api/chat/events?since=${since}`)).data;
const seqs = (events: { seq: number }[]) => events.map(({ seq }) => seq);

describe('asking what came after a cursor', () => {
  it('gives a snapshot without one, with who is there', async () => {
    const { url } = await startServer();
    const { user } = await join(url, 'Ann');
    await sayMany(url, 2);
    const { data } = await get(url, '/api/chat/events');
    expect(data).toMatchObject({ room: 'lobby', seq: 2, recovered: false, online: 2 });
    expect(data.users[0]).toEqual(user);
    expect(seqs(data.messages)).toEqual([1, 2]);
    expect(data).not.toHaveProperty('events');
    expect(data).not.toHaveProperty('missed');
  });

  it('gives every event after it, and the cursor from which to go on', async () => {
    const { url } = await startServer();
    const start = await cursorOf(url);
    await sayMany(url, 3);
    const first = await after(url, start);
    expect(first).toMatchObject({ recovered: true, seq: 3 });
    expect(
      first.events.map(({ type, message }: { type: string; message: { text: string } }) => [type, message.text]),
    ).toEqual([
      ['message.created', 'message 1'],
      ['message.created', 'message 2'],
      ['message.created', 'message 3'],
    ]);
    expect(first).not.toHaveProperty('messages');
    await sayMany(url, 1, 4);
    expect(seqs((await after(url, first.cursor)).events)).toEqual([4]);
  });

  it('gives nothing new to one who has seen everything', async () => {
    const { url } = await startServer();
    await sayMany(url, 2);
    expect(await after(url, await cursorOf(url))).toMatchObject({ recovered: true, events: [], seq: 2 });
  });

  it('gives all that is kept, or a snapshot and how many are gone', async () => {
    const { url } = await startServer({ CHAT_HISTORY_LIMIT: '5' });
    const start = await cursorOf(url);
    await sayMany(url, 5);
    expect(seqs((await after(url, start)).events)).toEqual([1, 2, 3, 4, 5]);
    await sayMany(url, 2, 6);
    const snapshot = await after(url, start);
    expect(snapshot).toMatchObject({ recovered: false, missed: 2 });
    expect(seqs(snapshot.messages)).toEqual([3, 4, 5, 6, 7]);
    expect(snapshot).not.toHaveProperty('events');
  });

  it('gives a snapshot for a cursor of another epoch, or one that was never given', async () => {
    const { url } = await startServer();
    await sayMany(url, 1);
    const future = (await cursorOf(url)).replace(/:1$/, ':2');
    for (const since of ['another:1', 'another:0', future]) {
      const data = await after(url, since);
      expect(data).toMatchObject({ recovered: false, seq: 1 });
      expect(data).not.toHaveProperty('missed');
    }
  });

  it('gives another epoch after a restart that lost the log', async () => {
    const before = await startServer();
    await sayMany(before.url, 1);
    const cursor = await cursorOf(before.url);
    const { url } = await startServer();
    await sayMany(url, 2);
    const data = await after(url, cursor);
    expect(data.recovered).toBe(false);
    expect(data.epoch).not.toBe(cursor.split(':')[0]);
  });
});
