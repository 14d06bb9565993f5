import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, need, type Program } from './programs.js';

export const NGINX: Program = { names: ['nginx'], version: '-v', install: 'apt-get install nginx-light' };
export const HAPROXY: Program = { names: ['haproxy'], version: '-v', install: 'apt-get install haproxy' };

const KINDS = {
  nginx: {
    program: NGINX,
    file: 'deploy/nginx.conf',
    port: /listen 8080;/g,
    listen: (port: number) => `listen 127.0.0.1:${port};`,
    args: (folder: string, file: string) => ['-p', folder, '-c', file, '-e', 'stderr', '-g', 'daemon off;'],
  },
  haproxy: {
    program: HAPROXY,
    file: 'deploy/haproxy.cfg',
    port: /bind :8080/g,
    listen: (port: number) => `bind 127.0.0.1:${port}`,
    args: (_folder: string, file: string) => ['-f', file],
  },
};

export type BalancerKind = keyof typeof KINDS;

/** Its command line. */
export const argumentsOf = (kind: BalancerKind, folder: string, file: string) => KINDS[kind].args(folder, file);

const running = new Set<Balancer>();

/**
 * A load balancer with the very configuration that we give away; only addresses and ports are the test's. It
 * ends with {@link stopBalancers}.
 */
export class Balancer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'chat-balancer-'));
  #child?: ChildProcess;
  url = '';

  /** @param nodes the addresses of three nodes, of which some may be the same */
  static async start(kind: BalancerKind, nodes: string[]): Promise<Balancer> {
    const balancer = new Balancer();
    running.add(balancer);
    await balancer.#start(kind, nodes);
    return balancer;
  }

  async #start(kind: BalancerKind, nodes: string[]): Promise<void> {
    const { program, file, port: anyPort, listen } = KINDS[kind];
    const port = await freePort();
    const text = readFileSync(file, 'utf8').replace(anyPort, listen(port));
    const configuration = join(this.#folder, 'balancer.conf');
    writeFileSync(
      configuration,
      text.replace(/chat-([123]):3000/g, (_, number) => new URL(nodes[number - 1]!).host),
    );
    // The workers of nginx are not root.
    chmodSync(this.#folder, 0o755);
    const child = spawn(need(program), argumentsOf(kind, this.#folder, configuration), {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    let printed = '';
    child.stderr.setEncoding('utf8').on('data', (line: string) => (printed = (printed + line).slice(-10_000)));
    this.url = `http://127.0.0.1:${port}`;
    // Neither of them says when it is open.
    while (child.exitCode === null && !(await isReady(this.url))) await pause(20);
    if (child.exitCode !== null) throw new Error(`${kind} ended: ${printed}`);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** To be called in `afterAll`. */
export async function stopBalancers(): Promise<void> {
  await Promise.all([...running].map((balancer) => balancer.stop()));
  running.clear();
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
