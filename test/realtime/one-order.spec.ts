import { afterEach, describe, expect, it } from '@jest/globals';
import type { Event } from '../../openapi/generated/chat.js';
import { get, post } from '../support/http.js';
import { pollUntil } from '../support/poller.js';
import { startServer, stopServers } from '../support/server.js';
import { connect, stopSockets, TRANSPORTS } from '../support/socket.js';
import { listen, stopStreams } from '../support/sse.js';

afterEach(stopServers);
afterEach(stopSockets);
afterEach(stopStreams);

const ENOUGH = { CHAT_HISTORY_LIMIT: '2000' };
const EACH = 40;
const LAST = 'that was all';

/** Everyone talks at once; the answer is what was said. */
async function talkAtOnce(speakers: ((text: string) => Promise<unknown>)[]): Promise<string[]> {
  const texts = speakers.map((_say, who) => Array.from({ length: EACH }, (_, n) => `${who}/${n}`));
  // Some wait for each answer, some send all in one go.
  await Promise.all(
    speakers.map(async (say, who) => {
      if (who % 2) return Promise.all(texts[who]!.map(say));
      for (const text of texts[who]!) await say(text);
    }),
  );
  await speakers[0]!(LAST);
  return [...texts.flat(), LAST];
}

describe('the order of a room', () => {
  it('is one for everyone, over whichever door they speak and listen', async () => {
    const { url } = await startServer(ENOUGH);
    const sockets = Object.entries(TRANSPORTS).flatMap(([name, transports]) => {
      return [1, 2].map((n) => connect(url, 'lobby', { nickname: `${name} ${n}` }, { transports }));
    });
    const joined = await Promise.all(sockets.map((socket) => socket.joined()));
    const stream = await listen(url);
    const { cursor } = await stream.nth('room:joined');
    const pollers = [0, 30].map((wait) => pollUntil(url, LAST, { since: cursor, wait }));

    const curl = (nickname: string) => (text: string) => post(url, '/api/chat/send', { nickname, text });
    const bearer = (text: string) => post(url, '/api/chat/send', { text }, { token: joined[0]!.you.token });
    const said = await talkAtOnce([
      ...sockets.map((socket) => (text: string) => socket.say(text)),
      curl('Curl'),
      curl('Wget'),
      bearer,
    ]);

    await Promise.all([...sockets, stream].map((listener) => listener.heard(LAST)));
    const { messages } = (await get(url, '/api/chat/messages?limit=200')).data;
    const views: Event[][] = [...sockets.map(({ events }) => events), stream.events, ...(await Promise.all(pollers))];
    const [first, ...others] = views;
    expect(first!.map(({ seq }) => seq)).toEqual(said.map((_, n) => n + 1));
    expect(first!.map(({ message }) => message!.text).sort()).toEqual([...said].sort());
    expect(first!.slice(-200).map(({ message }) => message)).toEqual(messages);
    for (const view of others) expect(view).toEqual(first);
  }, 30_000);

  it('is that in which one speaker sent, when nothing waits for answers', async () => {
    const { url } = await startServer(ENOUGH);
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    await ann.joined();
    const texts = Array.from({ length: 300 }, (_, n) => `line ${n}`);
    await Promise.all(texts.map((text) => ann.say(text)));
    await ann.heard('line 299');
    expect(ann.texts).toEqual(texts);
  });

  it('keeps an acknowledged message even if its sender is gone before anyone heard it', async () => {
    const { url } = await startServer();
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    await ann.joined();
    const { message } = await ann.say('last words');
    ann.drop();
    expect((await get(url, '/api/chat/messages')).data.messages).toEqual([message]);
  });
});
