import { createClient } from '@redis/client';
import { freePort } from './programs.js';
import { RedisServer } from './redis-server.js';
import { eventually } from './socket-server.js';

const SLOTS = 16_384;

const MASTERS = 3;

/** Milliseconds after which the others give up one that does not answer. */
const NODE_TIMEOUT = 1_000;

export interface ClusterOptions {
  /** Whether each master has one. */
  withReplicas?: boolean;
}

/** Three masters that share the slots. They end with `stopRedis`. */
export class RedisCluster {
  private constructor(
    readonly masters: RedisServer[],
    /** Each of the master at the same place, as long as none is lost. */
    readonly replicas: RedisServer[],
  ) {}

  static async start({ withReplicas = false }: ClusterOptions = {}): Promise<RedisCluster> {
    // Without replicas, the slots of the others are served when a master is lost.
    const coverage = { 'cluster-require-full-coverage': withReplicas ? 'yes' : 'no' };
    const count = MASTERS * (withReplicas ? 2 : 1);
    const servers = await Promise.all(Array.from({ length: count }, () => newServer(coverage)));
    const cluster = new RedisCluster(servers.slice(0, MASTERS), servers.slice(MASTERS));
    await cluster.#form();
    return cluster;
  }

  /** Of all that were masters at the start. */
  get urls(): string {
    return this.masters.map(({ url }) => url).join(',');
  }

  /** Which of the servers has the room now. */
  async ownerOf(room: string): Promise<RedisServer> {
    const slot = await this.#slotOf(room);
    const ranges = (await ask(this.#living, 'CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
    const [, , [, port]] = ranges.find(([first, last]) => first <= slot && slot <= last)!;
    return this.#servers.find((server) => server.port === port)!;
  }

  /** A name of a room for each master. */
  async roomOnEach(name: string): Promise<string[]> {
    const rooms = new Map<RedisServer, string>();
    for (let number = 1; rooms.size < MASTERS; number++) {
      const room = `${name}-${number}`;
      const owner = await this.ownerOf(room);
      if (!rooms.has(owner)) rooms.set(owner, room);
    }
    return this.masters.map((master) => rooms.get(master)!);
  }

  /** Gives the room to another master, key by key as an operator's tools do, while everybody goes on. */
  async move(room: string, to: RedisServer): Promise<void> {
    const slot = `${await this.#slotOf(room)}`;
    const from = await this.ownerOf(room);
    const [fromId, toId] = (await Promise.all([from, to].map(idOf))) as [string, string];
    await ask(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
    await ask(from, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
    for (;;) {
      const [key] = (await ask(from, 'CLUSTER', 'GETKEYSINSLOT', slot, '1')) as string[];
      if (key === undefined) break;
      await ask(from, 'MIGRATE', '127.0.0.1', `${to.port}`, key, '0', '5000');
    }
    for (const server of [to, from, ...this.masters.filter((master) => master !== to && master !== from)]) {
      await ask(server, 'CLUSTER', 'SETSLOT', slot, 'NODE', toId);
    }
  }

  get #servers(): RedisServer[] {
    return [...this.masters, ...this.replicas];
  }

  get #living(): RedisServer {
    return this.#servers.find(({ runs }) => runs)!;
  }

  #slotOf(room: string): Promise<number> {
    return ask(this.#living, 'CLUSTER', 'KEYSLOT', room) as Promise<number>;
  }

  async #form(): Promise<void> {
    const [first, ...others] = this.#servers as [RedisServer, ...RedisServer[]];
    const share = Math.ceil(SLOTS / MASTERS);
    for (const [at, master] of this.masters.entries()) {
      const last = Math.min(SLOTS, (at + 1) * share) - 1;
      await ask(master, 'CLUSTER', 'ADDSLOTSRANGE', `${at * share}`, `${last}`);
    }
    const [, bus] = (await ask(first, 'CONFIG', 'GET', 'cluster-port').then(pairOf)) as [string, string];
    for (const server of others) await ask(server, 'CLUSTER', 'MEET', '127.0.0.1', `${first.port}`, bus);
    for (const server of this.#servers) {
      await eventually(async () => {
        const info = String(await ask(server, 'CLUSTER', 'INFO'));
        return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${this.#servers.length}\r`);
      });
    }
    for (const [at, replica] of this.replicas.entries()) {
      await ask(replica, 'CLUSTER', 'REPLICATE', await idOf(this.masters[at]!));
    }
    for (const replica of this.replicas) {
      await eventually(async () => String(await ask(replica, 'INFO', 'replication')).includes('master_link_status:up'));
    }
  }
}

async function newServer(more: Record<string, string>): Promise<RedisServer> {
  const settings = {
    ...more,
    'cluster-enabled': 'yes',
    'cluster-port': await freePort(),
    'cluster-node-timeout': NODE_TIMEOUT,
    // A new replica is sent all at once, instead of waiting for others.
    'repl-diskless-sync-delay': 0,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  return new RedisServer({ appendonly: true, args }).start();
}

/** RESP3 gives a map, RESP2 a list. */
function pairOf(answer: unknown): unknown[] {
  return Array.isArray(answer) ? answer : Object.entries(answer as object)[0]!;
}

const idOf = (server: RedisServer) => ask(server, 'CLUSTER', 'MYID') as Promise<string>;

/** One command of that server, and of no other. */
async function ask({ url }: RedisServer, ...command: string[]): Promise<unknown> {
  const client = createClient({ url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}
