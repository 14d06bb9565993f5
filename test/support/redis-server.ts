import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { describeWith, freePort, need, type Program } from './programs.js';

const { CHAT_TEST_REDIS_SERVER: chosen } = process.env;

export const REDIS: Program = {
  names: chosen ? [chosen] : ['redis-server', 'valkey-server'],
  version: '--version',
  install: 'apt-get install redis-server',
};

/** For tests that stop, kill or pause their Redis. They start their own, whatever `REDIS_URL` says. */
export const describeWithRedis = describeWith(REDIS);

/** For tests that only use one: that of `REDIS_URL` if it is set. */
export const describeOnRedis = process.env['REDIS_URL'] ? describeWith() : describeWithRedis;

const prefixes: string[] = [];

/** Others may use the Redis of `REDIS_URL`, so every test writes below a prefix of its own; {@link stopRedis} removes it. */
export function newPrefix(): string {
  const prefix = `chat-test-${randomUUID()}`;
  prefixes.push(prefix);
  return prefix;
}

export interface RedisOptions {
  /** Writes down every command before it answers, so that a restart, or a SIGKILL, loses nothing. */
  appendonly?: boolean;
  /** More of its command line, such as `--maxmemory 8mb`. */
  args?: string[];
}

const running = new Set<RedisServer>();

/** A Redis or Valkey of the test's own, in a folder and at a port of its own. It ends with {@link stopRedis}. */
export class RedisServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'chat-redis-'));
  #child?: ChildProcess;
  #port = 0;

  constructor(private readonly options: RedisOptions = {}) {
    running.add(this);
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  get runs(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it takes connections; a second start takes the same port, and what data there is. */
  async start(): Promise<this> {
    this.#port ||= await freePort();
    const { appendonly = false, args = [] } = this.options;
    const settings = ['--bind', '127.0.0.1', '--port', `${this.#port}`, '--dir', this.folder, '--save', ''];
    const log = ['--appendonly', appendonly ? 'yes' : 'no', '--appendfsync', 'always'];
    const child = spawn(need(REDIS), [...settings, ...log, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    let printed = '';
    const ready = new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`redis-server ended: ${printed}`)));
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (printed.length < 100_000) printed += text;
        if (/Ready to accept connections/.test(printed)) resolve();
      });
    });
    await ready;
    return this;
  }

  /** @param signal SIGTERM lets it close its files, SIGKILL does not */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || !this.runs) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    // A stopped process hears no other signal.
    child.kill('SIGCONT');
    await ended;
  }

  /** Starts it again, with what it kept: nothing unless `appendonly`. */
  async restart(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.stop(signal);
    await this.start();
  }

  /** Starts it again as if it had never kept anything. */
  async restartEmpty(): Promise<void> {
    await this.stop('SIGKILL');
    for (const file of readdirSync(this.folder)) rmSync(join(this.folder, file), { recursive: true });
    await this.start();
  }

  /** It takes connections, but answers nobody. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The URL of a Redis that the tests of one file share, {@link stopRedis} ends it: that of `REDIS_URL` if it is set. */
export async function redisUrl(): Promise<string> {
  return process.env['REDIS_URL'] ?? (await new RedisServer().start()).url;
}

/** To be called in `afterAll`. */
export async function stopRedis(): Promise<void> {
  await Promise.all([...running].map((redis) => redis.remove()));
  running.clear();
  if (process.env['REDIS_URL']) await removeKeys(process.env['REDIS_URL']);
}

async function removeKeys(url: string): Promise<void> {
  const client = await createClient({ url }).connect();
  for (const prefix of prefixes.splice(0)) {
    for await (const keys of client.scanIterator({ MATCH: `${prefix}*` }))
      if (keys.length > 0) await client.unlink(keys);
  }
  await client.close();
}
