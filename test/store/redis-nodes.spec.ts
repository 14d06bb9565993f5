import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { get, post } from '../support/http.js';
import { join, nicknames } from '../support/people.js';
import { describeOnRedis, newPrefix, redisUrl, stopRedis } from '../support/redis-server.js';
import { startServer, stopServers } from '../support/server.js';
import { connect, stopSockets } from '../support/socket.js';
import { eventually } from '../support/socket-server.js';

describeOnRedis('two servers on one Redis', () => {
  let redis: string;
  beforeAll(async () => void (redis = await redisUrl()));
  afterEach(stopSockets);
  afterEach(stopServers);
  afterAll(stopRedis);

  async function twoServers(environment: Record<string, string> = {}) {
    const shared = { REDIS_URL: redis, CHAT_REDIS_PREFIX: newPrefix(), ...environment };
    return [await startServer(shared), await startServer(shared)] as const;
  }

  describe('a person', () => {
    it('is on the list of both, once, and leaves it when the last connection ends', async () => {
      const [a, b] = await twoServers();
      const ann = connect(a.url, 'lobby', { nickname: 'Ann' });
      const { you } = await ann.joined();
      await eventually(async () => (await nicknames(b.url)).join() === 'Ann');
      const again = connect(b.url, 'lobby', { token: you.token });
      expect(await again.joined()).toMatchObject({ online: 1, users: [{ nickname: 'Ann' }] });
      ann.leave();
      again.leave();
      await eventually(async () => (await nicknames(a.url)).length === 0 && (await nicknames(b.url)).length === 0);
    });

    it('has a nickname that nobody else has at the other, where a free one is suggested', async () => {
      const [a, b] = await twoServers();
      await join(a.url, 'Ann');
      await join(a.url, 'Ann 2');
      const { status, data } = await post(b.url, '/api/chat/join', { nickname: 'ANN' });
      expect([status, data.code, data.suggestion]).toEqual([409, 'nickname-taken', 'ANN 3']);
    });
  });

  it('say', async () => {
    const [a, b] = await twoServers();
    const ann = connect(a.url, 'lobby', { nickname: 'Ann' });
    await ann.joined();
    await post(b.url, '/api/chat/send', { nickname: 'Ben', text: 'hi' });
    await eventually(async () => (await get(a.url, '/api/chat/messages')).data.messages.length === 1);
  });
});
