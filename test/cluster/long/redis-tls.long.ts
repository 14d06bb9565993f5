import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { RedisLink } from '../../../api/store/redis/redis-link.js';
import { makeCertificate, OPENSSL } from '../../support/certificate.js';
import { get, post } from '../../support/http.js';
import { freePort, describeWith } from '../../support/programs.js';
import { REDIS, RedisServer, stopRedis } from '../../support/redis-server.js';
import { ServerProcess, stopProcesses } from '../../support/server-process.js';
import { eventually } from '../../support/socket-server.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

afterEach(stopProcesses);
afterAll(stopRedis);

/** As much as a chat needs: its keys and channels, and nothing that only an operator does. */
const USER = '--user chat on >hunter2:&? ~chat:* &chat:* +@all -@admin -@dangerous'.split(' ');

const { folder } = temporaryFolder();

describeWith(REDIS, OPENSSL)('a Redis that is reached by TLS, as a user with a password', () => {
  let port: number;
  let cert: string;
  beforeAll(async () => {
    port = await freePort();
    const files = makeCertificate(folder);
    cert = files.cert;
    const tls = ['--tls-port', `${port}`, '--tls-cert-file', cert, '--tls-key-file', files.key];
    const cluster = [
      '--cluster-enabled',
      'yes',
      '--tls-cluster',
      'yes',
      '--tls-ca-cert-file',
      cert,
      '--cluster-port',
      `${await freePort()}`,
    ];
    const args = [...tls, '--tls-auth-clients', 'no', ...cluster, '--cluster-announce-ip', '127.0.0.1', ...USER];
    const { url } = await new RedisServer({ args }).start();
    const link = new RedisLink({ urls: [url], topology: 'single' });
    await link.start(0);
    await link.send('', 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await eventually(async () => String(await link.send('', 'CLUSTER', 'INFO')).includes('cluster_state:ok'));
    link.close();
  });

  const start = (environment: Record<string, string>, password = encodeURIComponent('hunter2:&?')) =>
    new ServerProcess({
      HOST: '127.0.0.1',
      REDIS_URL: `rediss://chat:${password}@127.0.0.1:${port}`,
      ...environment,
    });

  // One that has all slots of its cluster is as good as one that has no cluster.
  it.each(['single', 'cluster'])('serves a node that is told who signed its certificate (%s)', async (topology) => {
    const { url } = await start({
      NODE_EXTRA_CA_CERTS: cert,
      CHAT_REDIS_TOPOLOGY: topology,
      CHAT_REDIS_PREFIX: `chat:${topology}`,
    }).start();
    expect((await get(url, '/health/ready')).status).toBe(200);
    const { status, data } = await post(url, '/api/chat/send', { nickname: 'Ann', text: 'hello' });
    expect([status, data.message.seq]).toEqual([201, 1]);
  });

  it('refuses a node that does not know who signed it, which says so in one line', async () => {
    const { code, stderr } = await start({}).run();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: [expect.stringMatching(/^Not started: REDIS_URL .*certificate/)],
    });
  });

  it('refuses a node with another password, which says so in one line without it', async () => {
    const { code, stderr } = await start({ NODE_EXTRA_CA_CERTS: cert }, 'hunter3').run();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: [expect.stringMatching(/^Not started: REDIS_URL .*WRONGPASS/)],
    });
    expect(stderr[0]).not.toContain('hunter3');
  });
});
