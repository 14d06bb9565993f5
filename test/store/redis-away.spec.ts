import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import type { ConnectAuth, RoomState } from '../../openapi/generated/chat.js';
import { get, post } from '../support/http.js';
import { texts } from '../support/people.js';
import { describeWithRedis, RedisServer, stopRedis } from '../support/redis-server.js';
import { startServer, stopServers } from '../support/server.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';
import { connect, stopSockets } from '../support/socket.js';
import { eventually } from '../support/socket-server.js';
import { listen, stopStreams } from '../support/sse.js';
import { freePort } from '../support/programs.js';

afterEach(stopSockets);
afterEach(stopStreams);
afterEach(stopServers);
afterEach(stopProcesses);
afterAll(stopRedis);

const send = (url: string, text: string, id: string = randomUUID()) => {
  return post(url, '/api/chat/send', { id, nickname: 'Ann', text });
};
const isReady = async (url: string) => (await get(url, '/health/ready')).status === 200;

describeWithRedis('while Redis is away', () => {
  it.each([
    ['gone', (redis: RedisServer) => redis.stop('SIGKILL'), (redis: RedisServer) => redis.start()],
    ['silent', async (redis: RedisServer) => redis.pause(), async (redis: RedisServer) => redis.resume()],
  ])('%s, who reads stays and reads, and nothing is acknowledged; then all goes on', async (_, away, back) => {
    const redis = await new RedisServer({ appendonly: true }).start();
    const { url } = await startServer({ REDIS_URL: redis.url });
    const reader = connect(url, 'lobby', { nickname: 'Reader' });
    const { you, epoch } = await reader.joined();
    await send(url, 'one');
    const { cursor } = (await get(url, '/api/chat/events')).data as RoomState;

    await away(redis);
    const id = randomUUID();
    expect((await send(url, 'two', id)).data).toMatchObject({ code: 'unavailable', status: 503 });
    expect((await get(url, '/health/ready')).status).toBe(503);
    expect((await get(url, '/health/live')).status).toBe(200);
    expect(await texts(url)).toEqual(['one']);
    expect(reader.socket.connected).toBe(true);
    expect((await reader.refusal('message:send', { id, text: 'two' })).code).toBe('unavailable');
    // Whoever has a token may come back, also to another connection.
    const again = connect(url, 'lobby', { token: you.token, since: cursor });
    expect(await again.joined()).toMatchObject({ epoch, seq: 1, recovered: true });
    expect((await post(url, '/api/chat/join', { nickname: 'New' })).data.code).toBe('unavailable');

    await back(redis);
    await eventually(() => isReady(url));
    const { status, data } = await send(url, 'two', id);
    expect(status).toBeLessThan(300);
    expect(data.message).toMatchObject({ seq: 2, text: 'two' });
    await eventually(() => reader.all('room:events').length === 2);
    expect(await texts(url)).toEqual(['one', 'two']);
    expect(again.socket.connected).toBe(true);
  });

  it('a restart of a Redis that writes everything down loses nothing, and nobody is told of an end', async () => {
    const redis = await new RedisServer({ appendonly: true }).start();
    const { url } = await startServer({ REDIS_URL: redis.url });
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    const { epoch } = await ann.joined();
    await ann.say('one');
    await redis.restart('SIGKILL');
    await eventually(() => isReady(url));
    expect((await ann.say('two')).message.seq).toBe(2);
    expect((await get(url, '/api/chat/events')).data).toMatchObject({ epoch, seq: 2, online: 1 });
    expect(ann.ends).toEqual([]);
  });
});

describeWithRedis('a Redis that comes back empty', () => {
  it('is a new epoch, which everyone is told on every way, and all goes on with the same people and tokens', async () => {
    const redis = await new RedisServer().start();
    const { url } = await startServer({ REDIS_URL: redis.url });
    await post(url, '/api/chat/rooms', { name: 'tea', title: 'Tea at four' });
    let auth: ConnectAuth = { nickname: 'Ann' };
    const again = { reconnection: true, reconnectionDelay: 10 };
    const ann = connect(url, 'tea', (give) => give(auth), again);
    const before = await ann.joined();
    const { token } = before.you;
    auth = { token, since: before.cursor };
    await ann.say('one');
    const stream = await listen(url, { room: 'tea' });
    await stream.nth('room:joined');
    const poll = get(url, `/api/chat/events?room=tea&wait=30&since=${before.epoch}:1`);

    await redis.restartEmpty();
    const after = await ann.joined(2);
    expect(after).toMatchObject({ recovered: false, messages: [], seq: 0, you: before.you, online: 1 });
    expect(after).not.toHaveProperty('missed');
    expect(after.epoch).not.toBe(before.epoch);
    expect((await poll).data).toMatchObject({ recovered: false, epoch: after.epoch });
    await stream.end();
    expect((await ann.say('two')).message.seq).toBe(1);
    const { rooms } = (await get(url, '/api/chat/rooms')).data;
    expect(rooms.map(({ name, title }: { name: string; title: string }) => [name, title]).sort()).toEqual([
      ['lobby', 'Lobby'],
      ['tea', 'Tea at four'],
    ]);
    // A server that starts now has the same secret, and knows the nickname.
    const other = await startServer({ REDIS_URL: redis.url });
    expect((await get(other.url, '/api/chat/users?room=tea', { token })).data.online).toBe(1);
    expect((await post(other.url, '/api/chat/join', { nickname: 'ann' })).data.code).toBe('nickname-taken');
  });
});

describeWithRedis('a server that is started', () => {
  it('without a Redis stops with one line that does not tell the password', async () => {
    const REDIS_URL = `redis://ann:hunter2@127.0.0.1:${await freePort()}`;
    const { code, stderr } = await new ServerProcess({ HOST: '127.0.0.1', REDIS_URL }).run();
    expect({ code, stderr }).toEqual({ code: 1, stderr: [expect.stringMatching(/^Not started: REDIS_URL .*REFUSED/)] });
    expect(stderr[0]).not.toContain('hunter2');
  });

  it('before its Redis waits for it', async () => {
    const redis = await new RedisServer().start();
    await redis.stop();
    const starting = new ServerProcess({ HOST: '127.0.0.1', REDIS_URL: redis.url }).start();
    await redis.start();
    expect((await get((await starting).url, '/health/ready')).status).toBe(200);
  });
});
