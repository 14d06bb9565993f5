import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Problem } from '../../openapi/generated/chat.js';
import { get, post } from '../support/http.js';
import { startServer, stopServers } from '../support/server.js';
import { connect, stopSockets, type TestSocket } from '../support/socket.js';

afterEach(stopServers);
afterEach(stopSockets);

/** Nothing of the burst comes back within a test. */
const THREE = (scope: string) => `${scope}=1/3600s+2/3600s`;

const limited = (problem: Problem) => {
  expect(problem).toMatchObject({ code: 'rate-limited', status: 429 });
  expect(problem.retryAfterMs).toBeGreaterThan(0);
};

async function person(url: string, nickname: string) {
  return (await post(url, '/api/chat/join', { nickname })).data.token as string;
}

describe('a limit', () => {
  it('on sending is one for a person, over socket and REST together', async () => {
    const { url } = await startServer({ CHAT_LIMIT_SEND: THREE('person') });
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    const { you } = await ann.joined();
    await ann.say('one');
    await post(url, '/api/chat/send', { text: 'two' }, { token: you.token });
    await ann.say('three');
    limited(await ann.refusal('message:send', { id: randomUUID(), text: 'four' }));
    const { data, headers, status } = await post(url, '/api/chat/send', { text: 'four' }, { token: you.token });
    limited(data);
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBe(Math.ceil(data.retryAfterMs / 1000));
    expect(headers.get('ratelimit')).toMatch(/^"send-person";r=0;t=\d+$/);
    expect(headers.get('ratelimit-policy')).toBe('"send-person";q=1;w=3600');
    expect((await get(url, '/api/chat/messages')).data.messages).toHaveLength(3);
    expect((await post(url, '/api/chat/send', { text: 'five', nickname: 'Bob' })).status).toBe(201);
  });

  it('on sending counts an address, whoever speaks from it', async () => {
    const { url } = await startServer({ CHAT_LIMIT_SEND: THREE('address'), TRUST_PROXY: '1' });
    const from = (address: string, nickname: string) => {
      const headers = { 'x-forwarded-for': address };
      return post(url, '/api/chat/send', { text: 'hi', nickname }, { headers });
    };
    for (const nickname of ['Ann', 'Bob', 'Cem']) expect((await from('2001:db8::1', nickname)).status).toBe(201);
    limited((await from('2001:db8::ffff:1', 'Dan')).data);
    expect((await from('2001:db8:0:1::1', 'Dan')).status).toBe(201);
  });

  it('on sending counts a room', async () => {
    const { url } = await startServer({ CHAT_LIMIT_SEND: THREE('room') });
    await post(url, '/api/chat/rooms', { name: 'tea' });
    for (const nickname of ['Ann', 'Bob', 'Cem']) await post(url, '/api/chat/send', { text: 'hi', nickname });
    limited((await post(url, '/api/chat/send', { text: 'hi', nickname: 'Dan' })).data);
    expect((await post(url, '/api/chat/send', { text: 'hi', nickname: 'Dan', room: 'tea' })).status).toBe(201);
  });

  it('on joining counts an address, and not who returns with a token', async () => {
    const { url } = await startServer({ CHAT_LIMIT_JOIN: THREE('address') });
    const token = await person(url, 'Ann');
    await person(url, 'Bob');
    await connect(url, 'lobby', { nickname: 'Cem' }).joined();
    limited(await connect(url, 'lobby', { nickname: 'Dan' }).refused());
    limited((await post(url, '/api/chat/join', { nickname: 'Dan' })).data);
    await connect(url, 'lobby', { token }).joined();
    expect((await post(url, '/api/chat/join', { nickname: 'Ann' }, { token })).status).toBe(201);
  });

  it('on making rooms counts a person', async () => {
    const { url } = await startServer({ CHAT_LIMIT_ROOMS: THREE('person') });
    const token = await person(url, 'Ann');
    for (const name of ['a', 'b', 'c'])
      expect((await post(url, '/api/chat/rooms', { name }, { token })).status).toBe(201);
    limited((await post(url, '/api/chat/rooms', { name: 'd' }, { token })).data);
  });

  it('on typing counts a person', async () => {
    const { url } = await startServer({ CHAT_LIMIT_TYPING: THREE('person') });
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    const { you } = await ann.joined();
    for (let round = 0; round < 3; round++) expect((await ann.ask('typing:set', { typing: true })).ok).toBe(true);
    limited(await ann.refusal('typing:set', { typing: true }));
    limited((await post(url, '/api/chat/typing', { typing: true }, { token: you.token })).data);
  });

  it('on polling counts an address', async () => {
    const { url } = await startServer({ CHAT_LIMIT_POLL: THREE('address') });
    for (const path of ['/events', '/messages', '/users'])
      expect((await get(url, `/api/chat${path}`)).status).toBe(200);
    for (const path of ['/events', '/messages', '/users', '/rooms', '/reads', '/stream']) {
      limited((await get(url, `/api/chat${path}`)).data);
    }
  });

  it('is over when the time has come that the refusal told', async () => {
    const { url, clock } = await startServer({ CHAT_LIMIT_SEND: 'person=1/1s+1/1s' });
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    await ann.joined();
    await ann.say('one');
    await ann.say('two');
    const { retryAfterMs } = await ann.refusal('message:send', { id: randomUUID(), text: 'three' });
    expect(retryAfterMs).toBe(1_000);
    clock.advance(retryAfterMs! - 1);
    limited(await ann.refusal('message:send', { id: randomUUID(), text: 'three' }));
    clock.advance(1);
    await ann.say('three');
  });
});

describe('a flooder', () => {
  it('is slowed, and harms nobody: what the others say all arrives', async () => {
    const { url } = await startServer({ CHAT_LIMIT_SEND: 'person=5/1s+10/3600s' });
    const flooder = connect(url, 'lobby', { nickname: 'Flo' });
    const others = ['Ann', 'Bob', 'Cem'].map((nickname) => connect(url, 'lobby', { nickname }));
    await Promise.all([flooder, ...others].map((client) => client.joined()));
    let flooding = true;
    const flood = (async () => {
      const outcomes: boolean[] = [];
      while (flooding) {
        const batch = Array.from({ length: 50 }, () => flooder.ask('message:send', { id: randomUUID(), text: 'spam' }));
        outcomes.push(...(await Promise.all(batch)).map(({ ok }) => ok));
      }
      return outcomes;
    })();
    const said = ['1', '2', '3', '4', '5'].flatMap((number) =>
      others.map((client) => ({ client, text: `${number} of ${others.indexOf(client)}` })),
    );
    for (const { client, text } of said) await client.say(text);
    flooding = false;
    const outcomes = await flood;
    await Promise.all(others.map((client) => Promise.all(said.map(({ text }) => client.heard(text)))));
    expect(outcomes.filter((ok) => !ok).length).toBeGreaterThan(outcomes.length / 2);
    const spam = (client: TestSocket) => client.texts.filter((text) => text === 'spam').length;
    expect(spam(others[0]!)).toBe(outcomes.filter((ok) => ok).length);
  });
});
