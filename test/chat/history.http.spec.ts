import { afterEach, describe, expect, it } from '@jest/globals';
import type { Message } from '../../openapi/generated/chat.js';
import { get, post } from '../support/http.js';
import { sayMany } from '../support/people.js';
import { startServer, stopServers } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { newFile } = temporaryFolder();
afterEach(stopServers);

/** So many of a room's messages are in memory; the others are on the disk alone. */
const WINDOW = 5;
const SAID = 30;

async function onDisk(environment: Record<string, string> = {}) {
  const CHAT_SQLITE_PATH = environment['CHAT_SQLITE_PATH'] ?? newFile();
  const fixed = { CHAT_STORE: 'sqlite', CHAT_HISTORY_LIMIT: String(WINDOW), CHAT_SQLITE_PATH };
  return { ...(await startServer({ ...environment, ...fixed })), CHAT_SQLITE_PATH };
}

async function pageOf(url: string, query: string) {
  const { status, data } = await get(url, `/api/chat/messages?${query}`);
  expect(status).toBe(200);
  return data as { epoch: string; seq: number; cursor: string; messages: Message[] };
}

const seqsOf = async (url: string, query: string) => (await pageOf(url, query)).messages.map(({ seq }) => seq);
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Pages back from the newest until there is nothing more, as a page does. */
async function backToTheFirst(url: string, limit: number): Promise<Message[]> {
  const { messages } = await pageOf(url, `limit=${limit}`);
  for (let page = messages; page.length > 0;) {
    page = (await pageOf(url, `limit=${limit}&before=${messages[0]!.seq}`)).messages;
    messages.unshift(...page);
  }
  return messages;
}

describe('history on the disk', () => {
  it('is read back to the first message with pages of any size, each message once', async () => {
    const { url } = await onDisk();
    await sayMany(url, SAID);
    for (const limit of [1, 2, 3, WINDOW - 1, WINDOW, WINDOW + 1, 7, SAID - 1, SAID, 200]) {
      const messages = await backToTheFirst(url, limit);
      expect([limit, messages.map(({ seq, text }) => [seq, text])]).toEqual([
        limit,
        range(1, SAID).map((seq) => [seq, `message ${seq}`]),
      ]);
    }
  });

  it.each([
    ['all from memory', 'limit=5', range(26, 30)],
    ['from both', 'limit=6', range(25, 30)],
    ['from both, before one that is in memory', 'limit=4&before=28', range(24, 27)],
    ['the oldest in memory', 'limit=1&before=27', [26]],
    ['the newest that is on the disk alone', 'limit=1&before=26', [25]],
    ['all from the disk', 'limit=5&before=26', range(21, 25)],
    ['the first', 'limit=50&before=2', [1]],
    ['nothing before the first', 'limit=50&before=1', []],
    ['the newest, before one that is not there yet', 'limit=7&before=9007199254740991', range(24, 30)],
    ['fifty unless it is told how many', 'before=30', range(1, 29)],
  ])('gives a page of %s', async (_what, query, expected) => {
    const { url } = await onDisk();
    await sayMany(url, SAID);
    expect(await seqsOf(url, query)).toEqual(expected);
  });

  it('has each message as its sender was told, and the position of the log', async () => {
    const { url } = await onDisk();
    const said: Message[] = [];
    for (const text of range(1, 2 * WINDOW).map((number) => `line\n\t${number} \u{1F600} <b>`)) {
      said.push((await post(url, '/api/chat/send', { nickname: 'Ann', text })).data.message);
    }
    const { epoch, seq, cursor, messages } = await pageOf(url, 'limit=3&before=4');
    expect([seq, cursor]).toEqual([2 * WINDOW, `${epoch}:${2 * WINDOW}`]);
    expect(messages).toEqual(said.slice(0, 3));
    expect((await pageOf(url, 'limit=200')).messages).toEqual(said);
  });

  it('is the same after a restart', async () => {
    const { url, stop, CHAT_SQLITE_PATH } = await onDisk();
    await sayMany(url, SAID);
    const before = await pageOf(url, 'limit=200');
    await stop();
    const { url: again } = await onDisk({ CHAT_SQLITE_PATH });
    expect(await pageOf(again, 'limit=200')).toEqual(before);
    await sayMany(again, 1, SAID + 1);
    expect((await backToTheFirst(again, 7)).map(({ seq }) => seq)).toEqual(range(1, SAID + 1));
  });

  it('is each room’s own', async () => {
    const { url } = await onDisk();
    await post(url, '/api/chat/rooms', { name: 'tea' });
    for (const number of range(1, 2 * WINDOW)) {
      for (const room of ['lobby', 'tea'])
        await post(url, '/api/chat/send', { nickname: 'Ann', room, text: `${room} ${number}` });
    }
    for (const room of ['lobby', 'tea']) {
      const { messages } = await pageOf(url, `room=${room}&limit=200`);
      expect(messages.map(({ text }) => text)).toEqual(range(1, 2 * WINDOW).map((number) => `${room} ${number}`));
    }
  });
});

describe('history that retention has taken', () => {
  const MINUTE = 60_000;

  it('ends earlier, and is no error', async () => {
    const { url, clock } = await onDisk({ CHAT_RETENTION: '8' });
    await sayMany(url, SAID);
    clock.advance(MINUTE);
    expect(await seqsOf(url, 'limit=200')).toEqual(range(23, 30));
    expect((await backToTheFirst(url, 3)).map(({ seq }) => seq)).toEqual(range(23, 30));
    expect(await seqsOf(url, 'limit=3&before=24')).toEqual([23]);
    for (const before of [23, 22, 2, 1]) expect(await seqsOf(url, `before=${before}`)).toEqual([]);
  });

  it('went by its age, but for what everyone who comes in is shown', async () => {
    const { url, clock } = await onDisk({ CHAT_RETENTION: '1h' });
    await sayMany(url, 20);
    clock.advance(30 * MINUTE);
    await sayMany(url, 10, 21);
    expect(await seqsOf(url, 'limit=200')).toEqual(range(1, 30));
    clock.advance(31 * MINUTE);
    expect(await seqsOf(url, 'limit=200')).toEqual(range(21, 30));
    clock.advance(60 * MINUTE);
    expect(await seqsOf(url, 'limit=200')).toEqual(range(SAID - WINDOW + 1, SAID));
  });
});
