import { afterEach, describe, expect, it } from '@jest/globals';
import { Readiness } from '../../api/edge/health.controller.js';
import { get, post } from '../support/http.js';
import { join, waiting } from '../support/people.js';
import { startServer, stopServers } from '../support/server.js';

afterEach(stopServers);

describe('the health of the process', () => {
  it('is well, and not to be kept by any cache', async () => {
    const { url } = await startServer();
    for (const path of ['/health/live', '/health/ready']) {
      const { status, data, headers } = await get(url, path);
      expect([status, data, headers.get('cache-control')]).toEqual([200, { status: 'ok' }, 'no-store']);
    }
  });

  it('is alive, but to be given no work, while it goes down', async () => {
    const { app, url } = await startServer();
    app.get(Readiness).draining = true;
    const { status, data } = await get(url, '/health/ready');
    expect([status, data.code]).toEqual([503, 'unavailable']);
    expect((await get(url, '/health/live')).status).toBe(200);
  });

  it('turns so before the first answer that going down lets go', async () => {
    const server = await startServer();
    const { cursor } = (await get(server.url, '/api/chat/events')).data;
    const answer = get(server.url, `/api/chat/events?wait=30&since=${cursor}`);
    await waiting(server, 1);
    const stopped = server.stop();
    expect(server.app.get(Readiness).draining).toBe(true);
    expect((await answer).status).toBe(200);
    await stopped;
  });
});

describe('the figures', () => {
  const figure = async (url: string, name: string) => {
    const { data } = await get(url, '/metrics');
    return Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(data)?.[1]);
  };

  it('are Prometheus text, each with its help and its type', async () => {
    const { url } = await startServer();
    const { data, headers } = await get(url, '/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const names = new Set(
      [...data.matchAll(/^([a-z_]+?)(?:_bucket|_sum|_count)?(?:\{.*\})? \S+$/gm)].map(([, name]) => name),
    );
    expect(names.size).toBeGreaterThan(10);
    for (const line of data.split('\n').filter(Boolean))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{[^}]*\})? [-+.\w]+)$/);
    for (const [, name] of data.matchAll(/^# HELP (\w+) /gm))
      expect(data).toMatch(new RegExp(`^# TYPE ${name} (counter|gauge|histogram|summary)$`, 'm'));
  });

  it('count messages once, refusals by their code, and who waits', async () => {
    const server = await startServer();
    const { url } = server;
    const saying = { id: '00000000-0000-4000-8000-000000000001', nickname: 'Ann', text: 'hello' };
    await post(url, '/api/chat/send', saying);
    await post(url, '/api/chat/send', saying);
    await post(url, '/api/chat/send', { ...saying, text: 'goodbye' });
    await get(url, '/api/chat/users?room=attic');
    expect(await figure(url, 'chat_messages_total')).toBe(1);
    expect(await figure(url, 'chat_refusals_total{code="id-conflict"}')).toBe(1);
    expect(await figure(url, 'chat_refusals_total{code="room-not-found"}')).toBe(1);
    const { cursor } = (await get(url, '/api/chat/events')).data;
    const answer = get(url, `/api/chat/events?wait=30&since=${cursor}`);
    await waiting(server, 1);
    expect(await figure(url, 'chat_waiting_polls')).toBe(1);
    expect(await figure(url, 'chat_connections')).toBe(0);
    expect(await figure(url, 'chat_streams')).toBe(0);
    server.clock.advance(30_000);
    await answer;
    expect(await figure(url, 'chat_waiting_polls')).toBe(0);
  });

  it('name nobody', async () => {
    const { url } = await startServer();
    const { token, user } = await join(url, 'Annabelle');
    const { data } = await get(url, '/metrics');
    for (const secret of [token, user.userId, user.nickname]) expect(data).not.toContain(secret);
  });
});
