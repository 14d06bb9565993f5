import { Cluster } from './cluster.js';
import { Host } from './host.js';
import type { Plan } from './plan.js';
import type { Servers } from './servers.js';

export interface ServersOptions extends Pick<Plan, 'store' | 'history'> {
  /** Started with the planted bugs of sabotage.mjs; a room's name tells which. */
  sabotaged?: boolean;
  gathers?: boolean;
}

/** Servers that are to be started, and in the end stopped. */
export interface Started extends Servers {
  start(): Promise<Servers>;
  stop(): Promise<void>;
}

export function serversFor({ store, ...options }: ServersOptions): Started {
  return store === 'redis' ? new Cluster(options) : new Host({ store, ...options });
}

/** The servers that seeds share, started when one is first asked for. */
export class Hosts {
  readonly #hosts = new Map<string, { host: Started; started: Promise<Servers> }>();

  shared(options: ServersOptions): Promise<Servers> {
    const key = JSON.stringify(options);
    const known = this.#hosts.get(key);
    if (known) return known.started;
    const host = serversFor(options);
    const started = host.start();
    this.#hosts.set(key, { host, started });
    return started;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map(({ host, started }) => started.finally(() => host.stop())));
  }
}
