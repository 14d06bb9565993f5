import { afterEach, describe, expect, it } from '@jest/globals';
import { get } from '../support/http.js';
import { sayMany } from '../support/people.js';
import { startServer, stopServers } from '../support/server.js';

afterEach(stopServers);

async function pageOf(url: string, query = '') {
  const { data } = await get(url, `/api/chat/messages${query}`);
  return { ...data, seqs: data.messages.map(({ seq }: { seq: number }) => seq) };
}

describe('a page of history', () => {
  it('is empty in a room where nothing was said', async () => {
    const { url } = await startServer();
    const { room, seq, epoch, cursor, messages } = await pageOf(url);
    expect({ room, seq, cursor, messages }).toEqual({ room: 'lobby', seq: 0, cursor: `${epoch}:0`, messages: [] });
  });

  it('has the newest fifty, oldest first, and the position of the log', async () => {
    const { url } = await startServer();
    await sayMany(url, 60);
    const { seqs, seq, epoch, cursor } = await pageOf(url);
    expect(seqs).toEqual(Array.from({ length: 50 }, (_, index) => index + 11));
    expect([seq, cursor]).toEqual([60, `${epoch}:60`]);
  });

  it('has as many as are asked for, before the one that is named', async () => {
    const { url } = await startServer();
    await sayMany(url, 12);
    expect((await pageOf(url, '?limit=3')).seqs).toEqual([10, 11, 12]);
    expect((await pageOf(url, '?limit=3&before=10')).seqs).toEqual([7, 8, 9]);
    expect((await pageOf(url, '?limit=200&before=3')).seqs).toEqual([1, 2]);
    expect((await pageOf(url, '?before=1')).seqs).toEqual([]);
    expect((await pageOf(url, '?limit=1&before=9007199254740991')).seqs).toEqual([12]);
  });

  it('reaches back as far as the log keeps', async () => {
    const { url } = await startServer({ CHAT_HISTORY_LIMIT: '5' });
    await sayMany(url, 8);
    expect((await pageOf(url, '?limit=200')).seqs).toEqual([4, 5, 6, 7, 8]);
    expect((await pageOf(url, '?before=5')).seqs).toEqual([4]);
  });
});
