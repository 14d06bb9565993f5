import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ServerProcess } from '../support/server-process.js';

/** What one address may have open; here everyone has the same. */
const MANY = '100000';

const ENVIRONMENT = {
  HOST: '127.0.0.1',
  CHAT_MAX_ROOMS: MANY,
  CHAT_MAX_PEOPLE: MANY,
  CHAT_MAX_CONNECTIONS_PER_ADDRESS: MANY,
  CHAT_MAX_WAITING_POLLS_PER_ADDRESS: MANY,
  // As little as may be, so that slow readers are cut here too.
  CHAT_MAX_QUEUED_BYTES: '65536',
};

export interface HostOptions {
  store: 'memory' | 'sqlite';
  history: number;
  /** Started with the planted bugs of sabotage.mjs; a room's name tells which. */
  sabotaged?: boolean;
}

/** A server in a process of its own, which can be killed and started again, each time at another port. */
export class Host {
  readonly #environment: Record<string, string>;
  #folder?: string;
  #process?: ServerProcess;
  /** Where it listens; nothing while it is down. */
  port: number | undefined;

  constructor(private readonly options: HostOptions) {
    const { store, history, sabotaged } = options;
    this.#environment = { ...ENVIRONMENT, CHAT_STORE: store, CHAT_HISTORY_LIMIT: String(history) };
    if (sabotaged) {
      this.#environment['NODE_OPTIONS'] = `--import=${pathToFileURL('test/torture/sabotage.mjs').href}`;
    }
  }

  get url(): string {
    return this.#process!.url;
  }

  async start(): Promise<this> {
    if (this.options.store === 'sqlite') {
      this.#folder ??= await mkdtemp(join(tmpdir(), 'chat-torture-'));
      this.#environment['CHAT_SQLITE_PATH'] = join(this.#folder, 'chat.sqlite');
    }
    this.#process = new ServerProcess(this.#environment);
    await this.#process.start();
    this.port = Number(new URL(this.#process.url).port);
    return this;
  }

  /** In the middle of whatever it does. */
  async kill(): Promise<void> {
    this.port = undefined;
    await this.#process?.stop('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.kill();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The servers that seeds share, started when one is first asked for. */
export class Hosts {
  readonly #hosts = new Map<string, { host: Host; started: Promise<Host> }>();

  shared(options: HostOptions): Promise<Host> {
    const key = JSON.stringify(options);
    const known = this.#hosts.get(key);
    if (known) return known.started;
    const host = new Host(options);
    const started = host.start();
    this.#hosts.set(key, { host, started });
    return started;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map(({ host, started }) => started.finally(() => host.stop())));
  }
}
