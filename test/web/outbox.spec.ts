import { afterEach, describe, expect, it } from '@jest/globals';
import { OutboxFull, RoomsClient, systemClock } from '../../web/src/data/client/index.js';
import { OUTBOX_MAX } from '../../web/src/data/client/outbox.js';
import { post } from '../support/http.js';
import { texts } from '../support/people.js';
import { closePages, PageClient } from '../support/page-client.js';
import { startServer, stopServers } from '../support/server.js';
import { eventually } from '../support/socket-server.js';

afterEach(closePages);
afterEach(stopServers);

/** The page is closed and opened again. */
function reload(page: PageClient, online = true): PageClient {
  page.close();
  const { own, shared } = page;
  const again = new PageClient(page.url, { own, shared, online });
  again.client.resume();
  return again;
}

const waiting = ({ state }: PageClient) => state.outbox.map(({ text }) => text);
const settled = (page: PageClient) => page.until(() => page.state.outbox.length === 0);

async function ann(environment: Record<string, string> = {}) {
  const server = await startServer(environment);
  const page = new PageClient(server.url);
  await page.client.join('Ann');
  return { server, page };
}

describe('what was not acknowledged', () => {
  it.each(['sockets', 'rest'] as const)(
    'outlives a reload, in order, and is sent over whatever gets through, once (%s)',
    async (way) => {
      const { server, page } = await ann();
      page.connect({ sockets: false, rest: false });
      const ids = ['one', 'two', 'three'].map((text) => page.client.send(text));
      const offline = reload(page, false);
      expect(offline.state.outbox.map(({ id, state }) => [id, state])).toEqual(ids.map((id) => [id, 'sending']));
      const online = reload(offline, false);
      await online.until(() => online.state.carrier === 'offline');
      online.connect({ [way]: true });
      await settled(online);
      expect(online.shown).toEqual(['one', 'two', 'three']);
      expect(online.state.entries.map((entry) => entry.kind === 'message' && entry.message.id)).toEqual(ids);
      expect(online.state.carrier).toBe(way === 'rest' ? 'rest-polling' : 'websocket');
      expect(await texts(server.url)).toEqual(['one', 'two', 'three']);
      expect(online.own.getItem('chat.outbox.lobby')).toBeNull();
    },
  );

  it('because the answer got lost is sent again under its id, over another transport, and shows once', async () => {
    const { server, page } = await ann();
    page.connect({ sockets: false });
    await page.until(() => page.state.carrier === 'rest-polling');
    page.swallow = 1;
    page.client.send('once');
    await eventually(async () => (await texts(server.url)).length === 1);
    const again = reload(page);
    await settled(again);
    expect(again.shown).toEqual(['once']);
    expect(await texts(server.url)).toEqual(['once']);
  });

  it('is sent again also when the message has gone out of what newcomers are shown', async () => {
    const { server, page } = await ann({ CHAT_HISTORY_LIMIT: '2' });
    page.connect({ sockets: false });
    await page.until(() => page.state.carrier === 'rest-polling');
    page.swallow = 1;
    const id = page.client.send('long ago');
    await eventually(async () => (await texts(server.url)).length === 1);
    page.close();
    for (const text of ['a', 'b', 'c']) await post(server.url, '/api/chat/send', { nickname: 'Ben', text });
    const again = new PageClient(server.url, { own: page.own, shared: page.shared, online: false });
    again.client.resume();
    again.connect({ rest: true });
    await settled(again);
    expect(again.posted).toEqual([id]);
    expect(await texts(server.url)).toEqual(['b', 'c']);
  });

  it('waits for each room by itself', async () => {
    const { server, page } = await ann();
    await post(server.url, '/api/chat/rooms', { name: 'tea' }, { token: tokenOf(page) });
    page.connect({ sockets: false, rest: false });
    page.client.send('for the lobby');
    const tea = new PageClient(server.url, { own: page.own, shared: page.shared, room: 'tea', online: false });
    tea.client.resume();
    expect(waiting(tea)).toEqual([]);
    tea.client.send('for tea');
    const lobby = reload(page);
    await settled(lobby);
    expect([lobby.shown, waiting(tea)]).toEqual([['for the lobby'], ['for tea']]);
  });

  it('is said once by two tabs that have it both', async () => {
    const { server, page } = await ann();
    page.connect({ sockets: false, rest: false });
    for (const text of ['one', 'two']) page.client.send(text);
    page.close();
    // A tab that is duplicated takes a copy of the storage along.
    const copy = new PageClient(server.url, { shared: page.shared });
    for (let index = 0; index < page.own.length; index++) {
      const key = page.own.key(index)!;
      copy.own.setItem(key, page.own.getItem(key)!);
    }
    const tabs = [reload(page), copy];
    copy.client.resume();
    await Promise.all(tabs.map(settled));
    for (const tab of tabs) await tab.until(() => tab.shown.length === 2);
    expect(tabs.map(({ shown }) => shown)).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
    expect(await texts(server.url)).toEqual(['one', 'two']);
  });

  it('is dropped when its person leaves', async () => {
    const { server, page } = await ann();
    page.connect({ sockets: false, rest: false });
    page.client.send('never mind');
    page.client.leave();
    page.connect({ sockets: true, rest: true });
    await page.client.join('Ann again');
    page.client.send('hello');
    await settled(page);
    expect(await texts(server.url)).toEqual(['hello']);
  });
});

describe('a person in many rooms', () => {
  const rooms = async () => {
    const { server, page } = await ann();
    for (const name of ['tea', 'cake']) await post(server.url, '/api/chat/rooms', { name }, { token: tokenOf(page) });
    page.client.leave();
    const { url } = server;
    const { own, shared } = page;
    // Three times it waits a second for another tab to have the name's token.
    const clock = { ...systemClock, after: (ms: number, run: () => void) => systemClock.after(ms / 10, run) };
    const start = () => new RoomsClient({ ...page.ways(), url, own, shared, clock });
    const saved = () => ['lobby', 'tea', 'cake'].map((room) => own.getItem(`chat.outbox.${room}`) !== null);
    const client = start();
    await client.join('Ann');
    page.connect({ sockets: false, rest: false });
    for (const room of ['lobby', 'tea', 'cake']) {
      client.open(room);
      client.room.send(`for ${room}`);
    }
    return { page, client, start, saved };
  };

  it('who leaves drops what waits in all of them, also in those that were not opened since', async () => {
    const { client, saved, start } = await rooms();
    expect(saved()).toEqual([true, true, true]);
    const again = start();
    again.open('lobby');
    again.leave();
    expect(saved()).toEqual([false, false, false]);
    client.leave();
  });

  it('who is put out keeps it, and it goes out when they are in again', async () => {
    const { page, client, saved } = await rooms();
    const other = await startServer();
    // It does not know the token, and there the name is another's.
    await post(other.url, '/api/chat/join', { nickname: 'Ann' });
    page.elsewhere = other.url;
    page.connect({ sockets: true, rest: true });
    client.wake();
    await new Promise<void>((resolve) => client.subscribe(() => client.state.phase === 'out' && resolve()));
    expect(client.state.problem).toMatchObject({ code: 'nickname-taken' });
    expect(saved()).toEqual([true, true, true]);
    page.elsewhere = undefined;
    client.open('lobby');
    await client.join('Ann the second');
    await eventually(() => client.room.state.outbox.length === 0);
    expect(await texts(page.url)).toEqual(['for lobby']);
    client.leave();
  });
});

describe('an outbox', () => {
  it('that is full refuses the next, and loses nothing of what is in it', async () => {
    const { server, page } = await ann();
    page.connect({ sockets: false, rest: false });
    const all = Array.from({ length: OUTBOX_MAX }, (_, index) => `message ${index + 1}`);
    for (const text of all) page.client.send(text);
    expect(() => page.client.send('one too many')).toThrow(OutboxFull);
    expect(waiting(page)).toEqual(all);
    const again = reload(page);
    await settled(again);
    expect(again.shown).toEqual(all);
    again.client.send('now there is room');
    await settled(again);
    expect(await texts(server.url)).toEqual([...all, 'now there is room']);
  });

  it('goes on after one that is refused, which stays with its reason, also over a reload', async () => {
    const { server, page } = await ann();
    page.connect({ sockets: false, rest: false });
    for (const text of ['\u0007', 'good']) page.client.send(text);
    page.connect({ sockets: true, rest: true });
    await page.until(() => page.state.outbox.length === 1);
    const again = reload(page);
    await again.until(() => again.shown.length === 1);
    expect(again.state.outbox).toMatchObject([
      { text: '\u0007', state: 'refused', problem: { code: 'validation-failed' } },
    ]);
    expect(again.client.discard(again.state.outbox[0]!.id)).toBe('\u0007');
    expect(await texts(server.url)).toEqual(['good']);
  });

  it('keeps its order when the first is too much at once, also over a reload', async () => {
    const { server, page } = await ann({ CHAT_LIMIT_SEND: 'person=1/60s+1/60s' });
    const all = ['one', 'two', 'three', 'four'];
    for (const text of all) page.client.send(text);
    await page.until(() => page.state.outbox[0]?.retryAt !== undefined);
    expect(waiting(page)).toEqual(['three', 'four']);
    const again = reload(page);
    await again.until(() => again.state.outbox[0]?.retryAt !== undefined);
    expect(waiting(again)).toEqual(['three', 'four']);
    server.clock.advance(60_000);
    again.clock.advance(60_100);
    await settled(again);
    expect(await texts(server.url)).toEqual(all);
  });

  it('works without a storage, until the page is closed', async () => {
    const { server } = await ann();
    const refuse = () => {
      throw new Error('storage is switched off');
    };
    const none = { length: 0, key: refuse, getItem: refuse, setItem: refuse, removeItem: refuse };
    const page = new PageClient(server.url, { own: none, shared: none });
    await page.client.join('Ben');
    page.client.send('hello');
    await settled(page);
    expect(page.shown).toEqual(['hello']);
  });

  it('asks before it sends what waited for longer than the server is sure to know its id', async () => {
    const { server, page } = await ann();
    page.connect({ sockets: false, rest: false });
    const id = page.client.send('from yesterday');
    const again = reload(page, false);
    again.clock.wall += 12 * 3_600_000 + 1;
    again.client.send('from today');
    again.connect({ sockets: true, rest: true });
    await again.until(() => again.shown.length === 1);
    expect(again.state.outbox).toMatchObject([{ id, state: 'refused', problem: { code: 'unavailable' } }]);
    again.client.retry(id);
    await settled(again);
    expect(await texts(server.url)).toEqual(['from today', 'from yesterday']);
  });
});

function tokenOf({ shared }: PageClient): string {
  return (JSON.parse(shared.getItem('chat.person')!) as { token: string }).token;
}
