import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { post } from '../support/http.js';
import { texts } from '../support/people.js';
import { closePages, PageClient, type Page } from '../support/page-client.js';
import { startServer, stopServers } from '../support/server.js';
import { connect, stopSockets } from '../support/socket.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { newFile } = temporaryFolder();
const HOUR = 3_600_000;

afterEach(closePages);
afterEach(stopSockets);
afterEach(stopServers);
afterEach(() => void jest.restoreAllMocks());

/** Ann with the page's client, and Ben who says things by curl. */
async function room(environment: Record<string, string> = {}, options: Page = {}) {
  const server = await startServer(environment);
  const ann = new PageClient(server.url, options);
  await ann.client.join('Ann');
  const say = async (...said: string[]) => {
    for (const text of said) await post(server.url, '/api/chat/send', { nickname: 'Ben', text });
  };
  const sees = (...shown: string[]) => ann.until(() => ann.shown.join() === shown.join());
  return { server, ann, say, sees };
}

const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`);

describe('the client', () => {
  it.each([
    ['websocket', {}],
    ['long-polling', { transports: ['polling'] }],
  ] as const)('talks over %s', async (carrier, options) => {
    const { ann, say, sees } = await room({}, options as Page);
    await ann.until(() => ann.state.carrier === carrier);
    ann.client.send('hello');
    await sees('hello');
    await say('hello, Ann');
    await sees('hello', 'hello, Ann');
    expect(ann.state.outbox).toEqual([]);
  });

  it('goes on over REST and comes back at its cursor, with everything once and in order', async () => {
    const { server, ann, say, sees } = await room();
    await say('1');
    await sees('1');
    ann.connect({ sockets: false });
    await say('2');
    await sees('1', '2');
    expect(ann.state.carrier).toBe('rest-polling');
    ann.client.send('3');
    await sees('1', '2', '3');
    ann.connect({ sockets: true });
    await say('4');
    await ann.until(() => ann.state.carrier === 'websocket');
    ann.client.send('5');
    await sees('1', '2', '3', '4', '5');
    expect(await texts(server.url)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('notices a hole by the next event, and fills it', async () => {
    const { ann, say, sees } = await room();
    await say('1');
    await sees('1');
    ann.drop = 1;
    await say('2', '3');
    await sees('1', '2', '3');
    expect(ann.state.carrier).toBe('websocket');
  });

  it('notices by the pulse that the last one is missing', async () => {
    const { server, ann, say, sees } = await room();
    const ben = connect(server.url, 'lobby', { nickname: 'Ben at the socket' });
    await ben.joined();
    await say('1');
    await sees('1');
    ann.drop = 1;
    await say('2');
    await ben.heard('2');
    server.clock.advance(10_000);
    await sees('1', '2');
  });

  it('takes a new connection where asking does not help', async () => {
    const { ann, say, sees } = await room();
    await say('1');
    await sees('1');
    ann.network.rest = false;
    ann.drop = 1;
    await say('2', '3');
    await sees('1', '2', '3');
  });

  it('comes back after an hour in which nothing was said to what it had, as who it was', async () => {
    const { server, ann, say, sees } = await room();
    await say('1');
    await sees('1');
    ann.connect({ sockets: false, rest: false });
    await ann.until(() => ann.state.carrier === 'offline');
    server.clock.advance(HOUR);
    const { selves, nickname } = ann.state;
    ann.connect({ sockets: true, rest: true });
    await ann.until(() => ann.state.carrier === 'websocket');
    expect([ann.shown, ann.state.nickname, ann.state.selves]).toEqual([['1'], nickname, selves]);
    await say('2');
    await sees('1', '2');
  });
});

describe('what was missed for good', () => {
  const away = async (environment: Record<string, string>, count: number) => {
    const house = await room({ CHAT_HISTORY_LIMIT: '5', ...environment });
    const { ann, say, sees } = house;
    await say('1');
    await sees('1');
    ann.connect({ sockets: false, rest: false });
    await ann.until(() => ann.state.carrier === 'offline');
    await say(...numbered(2, count));
    ann.connect({ sockets: true, rest: true });
    await ann.until(() => ann.state.carrier === 'websocket' && ann.shown.length > 1);
    const fill = () => ann.client.fillGap(ann.state.entries.find(({ kind }) => kind === 'gap')!.key);
    return { ...house, fill };
  };

  it('is shown as a gap with its number, and is there when the store still has it', async () => {
    const { ann, fill, say, sees } = await away({ CHAT_STORE: 'sqlite', CHAT_SQLITE_PATH: newFile() }, 20);
    expect(ann.shown).toEqual(['1', '14 missed', ...numbered(16, 20)]);
    const filled = fill();
    expect(ann.state.filling).toBe(ann.state.entries[1]!.key);
    await filled;
    expect(ann.shown).toEqual(numbered(1, 20));
    const keys = ann.state.entries.map(({ key }) => key);
    expect(keys).toEqual([...new Set(keys)].sort((one, other) => one - other));
    await say('21');
    await sees(...numbered(1, 21));
  });

  it('is told to be gone when the store has let go of it', async () => {
    const { ann, fill } = await away({}, 12);
    expect(ann.shown).toEqual(['1', '6 missed', ...numbered(8, 12)]);
    await fill();
    expect(ann.shown).toEqual(['1', '6 missed for good', ...numbered(8, 12)]);
  });
});

describe('a device whose clock is an hour off', () => {
  it.each([-HOUR, HOUR])('by %s ms, or is set so in the middle, does all as ever', async (off) => {
    const { server, ann, say, sees } = await room();
    const wrong = new PageClient(server.url);
    wrong.clock.wall += off;
    await wrong.client.join('Cem');
    wrong.client.send('1');
    await sees('1');
    // The transport of the browser goes by Date.now as well.
    const machine = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => machine() + off);
    ann.clock.wall += off;
    for (const [index, text] of ['2', '3'].entries()) {
      ann.client.send(text);
      await ann.until(() => ann.state.outbox.length === 0 || ann.state.carrier !== 'websocket');
      // Where it took its connection for dead, it makes another one.
      ann.clock.advance(500);
      await sees(...numbered(1, index + 2));
    }
    await say('4');
    await sees('1', '2', '3', '4');
    await wrong.until(() => wrong.shown.length === 4);
    expect(wrong.shown).toEqual(['1', '2', '3', '4']);
    expect([ann.state.outbox, wrong.state.outbox]).toEqual([[], []]);
    expect(await texts(server.url)).toEqual(['1', '2', '3', '4']);
  });
});
