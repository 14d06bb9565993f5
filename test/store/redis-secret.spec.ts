import { afterAll, afterEach, expect, it } from '@jest/globals';
import { post } from '../support/http.js';
import { Link, stopLinks } from '../support/link.js';
import { join } from '../support/people.js';
import { describeWithRedis, RedisServer, stopRedis } from '../support/redis-server.js';
import { startServer, stopServers } from '../support/server.js';
import { eventually } from '../support/socket-server.js';

afterEach(stopServers);
afterAll(stopLinks);
afterAll(stopRedis);

let people = 0;

describeWithRedis('a Redis that comes back empty', () => {
  it('leaves all nodes with one secret, though one was started before the others found it again', async () => {
    const redis = await new RedisServer().start();
    const wire = await Link.to(redis.port);
    const old = await startServer({ REDIS_URL: `redis://127.0.0.1:${wire.port}` });
    await wire.cut();
    await redis.restartEmpty();
    const young = await startServer({ REDIS_URL: redis.url });
    await wire.mend();
    const isGood = async (signer: string, other: string) => {
      const { token } = await join(signer, `Ann ${++people}`);
      return (await post(other, '/api/chat/heartbeat', {}, { token })).status === 200;
    };
    await eventually(() => isGood(old.url, young.url).catch(() => false));
    expect(await isGood(young.url, old.url)).toBe(true);
  });
});
