import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from '../support/server-process.js';
import { ENVIRONMENT, GATHERING, SABOTAGE, type Servers } from './servers.js';

export interface HostOptions {
  store: 'memory' | 'sqlite';
  history: number;
  /** Started with the planted bugs of sabotage.mjs; a room's name tells which. */
  sabotaged?: boolean;
  /** Whatever can wait to be told together with something else does. */
  gathers?: boolean;
}

/** A server in a process of its own, which can be killed and started again, each time at another port. */
export class Host implements Servers {
  readonly headers = {};
  readonly #environment: Record<string, string>;
  #folder?: string;
  #process?: ServerProcess;
  /** Where it listens; nothing while it is down. */
  #port: number | undefined;

  constructor(private readonly options: HostOptions) {
    const { store, history, sabotaged, gathers } = options;
    this.#environment = { ...ENVIRONMENT, CHAT_STORE: store, CHAT_HISTORY_LIMIT: String(history) };
    if (gathers) Object.assign(this.#environment, GATHERING);
    if (sabotaged) Object.assign(this.#environment, SABOTAGE);
  }

  get urls(): string[] {
    return [this.#process!.url];
  }

  way() {
    return () => this.#port;
  }

  async start(): Promise<this> {
    if (this.options.store === 'sqlite') {
      this.#folder ??= await mkdtemp(join(tmpdir(), 'chat-torture-'));
      this.#environment['CHAT_SQLITE_PATH'] = join(this.#folder, 'chat.sqlite');
    }
    this.#process = new ServerProcess(this.#environment);
    await this.#process.start();
    this.#port = Number(new URL(this.#process.url).port);
    return this;
  }

  /** It is killed in the middle of whatever it does, and started again. */
  async suffer(): Promise<void> {
    await this.#kill();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#kill();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  async #kill(): Promise<void> {
    this.#port = undefined;
    await this.#process?.stop('SIGKILL');
  }
}
