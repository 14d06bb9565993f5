import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { get, post } from '../support/http.js';
import { cursorOf, join, nicknames, sayMany, waiting } from '../support/people.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { eventually } from '../support/socket-server.js';

afterEach(stopServers);

const poll = async ({ url }: TestServer, wait = 30, since?: string, options = {}) =>
  get(url, `/api/chat/events?wait=${wait}&since=${since ?? (await cursorOf(url))}`, options);

describe('waiting for events', () => {
  it('ends at once when something is there', async () => {
    const server = await startServer();
    const start = await cursorOf(server.url);
    await sayMany(server.url, 1);
    expect((await poll(server, 30, start)).data.events).toHaveLength(1);
  });

  it('ends at once with a snapshot, without a cursor or with one of another epoch', async () => {
    const server = await startServer();
    expect((await get(server.url, '/api/chat/events?wait=30')).data.recovered).toBe(false);
    expect((await poll(server, 30, 'another:0')).data.recovered).toBe(false);
  });

  it('ends when something is said, for everyone who waits', async () => {
    const server = await startServer();
    const answers = [poll(server), poll(server), poll(server)];
    await waiting(server, 3);
    await sayMany(server.url, 1);
    for (const { data } of await Promise.all(answers)) {
      expect(data).toMatchObject({ recovered: true, seq: 1, events: [{ seq: 1, message: { text: 'message 1' } }] });
    }
    await waiting(server, 0);
  });

  it('does not end when people come and go', async () => {
    const server = await startServer();
    const answer = poll(server);
    await waiting(server, 1);
    await join(server.url, 'Ann');
    server.clock.advance(29_000);
    await waiting(server, 1);
    await sayMany(server.url, 1);
    expect((await answer).data.events).toHaveLength(1);
  });

  it('ends with nothing when its time is over', async () => {
    const server = await startServer();
    const answer = poll(server, 7);
    await waiting(server, 1);
    server.clock.advance(6_999);
    await waiting(server, 1);
    server.clock.advance(1);
    expect((await answer).data).toMatchObject({ recovered: true, events: [], seq: 0 });
  });

  it('loses nothing between one answer and the next call', async () => {
    const server = await startServer();
    const first = poll(server);
    await waiting(server, 1);
    await sayMany(server.url, 3);
    const { cursor, events } = (await first).data;
    await sayMany(server.url, 2, 4);
    const rest = (await poll(server, 30, cursor)).data.events;
    expect([...events, ...rest].map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends when the server goes down', async () => {
    const server = await startServer();
    const answer = poll(server);
    await waiting(server, 1);
    await server.stop();
    expect((await answer).data.events).toEqual([]);
  });

  it('keeps its person present, and frees nothing by ending', async () => {
    const server = await startServer();
    const { token } = await join(server.url, 'Ann');
    const answer = poll(server, 30, undefined, { token });
    await waiting(server, 1);
    server.clock.advance(29_999);
    expect(await nicknames(server.url)).toEqual(['Ann']);
    server.clock.advance(1);
    await answer;
    server.clock.advance(29_000);
    expect(await nicknames(server.url)).toEqual(['Ann']);
    server.clock.advance(1_000);
    expect(await nicknames(server.url)).toEqual([]);
  });
});

describe('places to wait', () => {
  it('are given back when the client goes away', async () => {
    const server = await startServer({ CHAT_MAX_WAITING_POLLS_PER_ADDRESS: '1' });
    for (let round = 0; round < 3; round++) {
      const gone = new AbortController();
      const answer = poll(server, 30, undefined, { signal: gone.signal });
      await waiting(server, 1);
      gone.abort();
      await expect(answer).rejects.toThrow('aborted');
      await waiting(server, 0);
    }
  });

  it('are given back also by a client that sent a body with its question', async () => {
    const server = await startServer();
    const path = `${server.url}/api/chat/events?wait=30&since=${await cursorOf(server.url)}`;
    const question = request(path, {
      method: 'GET',
      headers: { 'content-type': 'application/json', 'content-length': '2' },
    });
    question.on('error', () => undefined).end('{}');
    await waiting(server, 1);
    question.destroy();
    await waiting(server, 0);
  });

  it('are bounded for each address, and the refusal tells when to come back', async () => {
    const server = await startServer({ CHAT_MAX_WAITING_POLLS_PER_ADDRESS: '2' });
    const answers = [poll(server), poll(server)];
    await waiting(server, 2);
    const { status, data, headers } = await poll(server);
    expect([status, data.code, data.retryAfterMs]).toEqual([429, 'rate-limited', 1_000]);
    expect(headers.get('retry-after')).toBe('1');
    expect((await poll(server, 0)).status).toBe(200);
    await sayMany(server.url, 1);
    for (const answer of answers) expect((await answer).status).toBe(200);
    await waiting(server, 0);
  });

  it('are counted for the address that a trusted proxy names, an IPv6 network being one', async () => {
    const server = await startServer({ CHAT_MAX_WAITING_POLLS_PER_ADDRESS: '1', TRUST_PROXY: '1' });
    const from = (address: string) => poll(server, 30, undefined, { headers: { 'x-forwarded-for': address } });
    const answers = [from('198.51.100.1'), from('198.51.100.2'), from('2001:db8::1')];
    await waiting(server, 3);
    expect((await from('198.51.100.1')).status).toBe(429);
    expect((await from('2001:db8::ffff')).status).toBe(429);
    expect((await from('203.0.113.9, 198.51.100.2')).status).toBe(429);
    await sayMany(server.url, 1);
    await Promise.all(answers);
  });

  it('are counted for the address of the connection when no proxy is trusted', async () => {
    const server = await startServer({ CHAT_MAX_WAITING_POLLS_PER_ADDRESS: '1' });
    const from = (address: string) => poll(server, 30, undefined, { headers: { 'x-forwarded-for': address } });
    const answer = from('198.51.100.1');
    await waiting(server, 1);
    expect((await from('198.51.100.2')).status).toBe(429);
    await sayMany(server.url, 1);
    await answer;
  });

  it('are bounded in all', async () => {
    const server = await startServer({ CHAT_MAX_WAITING_POLLS: '1' });
    const answer = poll(server);
    await waiting(server, 1);
    const { status, data } = await poll(server);
    expect([status, data.code]).toEqual([503, 'unavailable']);
    await sayMany(server.url, 1);
    await answer;
  });

  it('count a client that goes away as gone, not as heard', async () => {
    const server = await startServer();
    const { token } = await join(server.url, 'Ann');
    const gone = new AbortController();
    const answer = poll(server, 30, undefined, { token, signal: gone.signal });
    await waiting(server, 1);
    server.clock.advance(20_000);
    gone.abort();
    await expect(answer).rejects.toThrow('aborted');
    await waiting(server, 0);
    server.clock.advance(9_000);
    expect(await nicknames(server.url)).toEqual(['Ann']);
    server.clock.advance(1_000);
    expect(await nicknames(server.url)).toEqual([]);
  });

  it('leave a person who was refused one no more present than any call does', async () => {
    const server = await startServer({ CHAT_MAX_WAITING_POLLS: '1' });
    const { token } = await join(server.url, 'Ann');
    const answer = poll(server);
    await waiting(server, 1);
    expect((await poll(server, 30, undefined, { token })).status).toBe(503);
    server.clock.advance(30_000);
    await answer;
    await eventually(async () => (await nicknames(server.url)).length === 0);
    expect((await post(server.url, '/api/chat/join', { nickname: 'Ann' })).status).toBe(201);
  });
});
