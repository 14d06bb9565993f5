import { setTimeout as pause } from 'node:timers/promises';
import { Link as Wire } from '../support/link.js';
import type { Random } from '../support/random.js';
import { RedisServer } from '../support/redis-server.js';
import { ServerProcess } from '../support/server-process.js';
import type { Way } from './network/link.js';
import type { Harm, ServerStep } from './plan.js';
import { ENVIRONMENT, GATHERING, SABOTAGE, type Servers } from './servers.js';

export const NODES = 3;

/** So late comes everything over a slow wire; in milliseconds. */
const SLOW = 80;
/** Before a node that found no Redis is started again; in milliseconds. */
const BEFORE_AGAIN = 100;

/** A request that belongs to a session of Socket.IO, which lives on one node. */
const SESSION = /^[A-Z]+ \/socket\.io\/\S*[?&]sid=([\w-]+)/;
const HANDSHAKE = /^[A-Z]+ \/socket\.io\//;

/** One of the processes that serve the same rooms, with a wire of its own to Redis. */
class Node {
  #process?: ServerProcess;
  #stopped = false;
  /** Where it listens; nothing while it is down. */
  port: number | undefined;

  constructor(
    private readonly environment: Record<string, string>,
    readonly wire: Wire,
  ) {}

  get url(): string {
    return this.#process!.url;
  }

  /** Again and again, as whoever keeps a process running does: without its Redis it does not start. */
  async start(): Promise<void> {
    while (!this.#stopped) {
      const process = new ServerProcess({ ...this.environment, REDIS_URL: `redis://127.0.0.1:${this.wire.port}` });
      this.#process = process;
      try {
        await process.start();
        this.port = Number(new URL(process.url).port);
        return;
      } catch (error) {
        if (!/REDIS_URL/.test((error as Error).message)) throw error;
        await pause(BEFORE_AGAIN);
      }
    }
  }

  async kill(): Promise<void> {
    this.port = undefined;
    await this.#process?.stop('SIGKILL');
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.signal(name);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.kill();
    await this.wire.mend();
    await this.wire.cut();
  }
}

export interface ClusterOptions {
  history: number;
  /** One of the nodes has the planted bugs of sabotage.mjs; a room's name tells which. */
  sabotaged?: boolean;
  /** Whatever can wait to be told together with something else does. */
  gathers?: boolean;
}

/** Three nodes on a Redis of their own, which writes down what it acknowledges. */
export class Cluster implements Servers {
  readonly headers = { connection: 'close' };
  readonly #redis = new RedisServer({ appendonly: true });
  #nodes: Node[] = [];

  constructor(private readonly options: ClusterOptions) {}

  get urls(): string[] {
    return this.#nodes.map(({ url }) => url);
  }

  async start(): Promise<this> {
    const { history, sabotaged, gathers } = this.options;
    await this.#redis.start();
    const own = { CHAT_STORE: 'redis', CHAT_HISTORY_LIMIT: String(history) };
    const environment = { ...ENVIRONMENT, ...own, ...(gathers && GATHERING) };
    this.#nodes = await Promise.all(
      Array.from({ length: NODES }, async (_, n) => {
        const bugs = sabotaged && n === 1 ? SABOTAGE : {};
        return new Node({ ...environment, ...bugs }, await Wire.to(this.#redis.port));
      }),
    );
    await Promise.all(this.#nodes.map((node) => node.start()));
    return this;
  }

  /** To any node that is there, each time; only what belongs to a session follows it. */
  way(random: Random): Way {
    const sessions = new Map<string, Node | undefined>();
    let newest: Node | undefined;
    return (head) => {
      const session = SESSION.exec(head)?.[1];
      if (session !== undefined) {
        if (!sessions.has(session)) sessions.set(session, newest);
        return sessions.get(session)?.port;
      }
      const node = random.pick(this.#nodes.filter(({ port }) => port !== undefined)) as Node | undefined;
      if (HANDSHAKE.test(head)) newest = node;
      return node?.port;
    };
  }

  async suffer(step: ServerStep): Promise<void> {
    if (step.do === 'kill') throw new Error('a cluster has no one server that could be killed');
    const node = this.#nodes[step.node]!;
    await (step.do === 'harm' ? this.#harm(step.harm, node) : this.#mend(step.harm, node));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.stop()));
    await this.#redis.remove();
  }

  async #harm(harm: Harm, node: Node): Promise<void> {
    switch (harm) {
      case 'kill':
        return node.kill();
      case 'pause':
        return node.signal('SIGSTOP');
      case 'cut':
        return node.wire.cut();
      case 'silence':
        return node.wire.silence();
      case 'slow':
        return node.wire.slow(SLOW);
      case 'kill redis':
        return this.#redis.stop('SIGKILL');
      case 'pause redis':
        return this.#redis.pause();
      case 'empty redis':
        return this.#redis.restartEmpty();
    }
  }

  async #mend(harm: Harm, node: Node): Promise<void> {
    switch (harm) {
      case 'kill':
        return node.start();
      case 'pause':
        return node.signal('SIGCONT');
      case 'cut':
      case 'silence':
      case 'slow':
        return node.wire.mend();
      case 'kill redis':
        return void (await this.#redis.start());
      case 'pause redis':
        return this.#redis.resume();
      case 'empty redis':
    }
  }
}
