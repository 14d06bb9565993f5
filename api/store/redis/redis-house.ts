import { randomUUID } from 'node:crypto';
import type { Clock } from '../../domain/clock.js';
import type { Retention } from '../log-store.js';
import { Keys } from './keys.js';
import type { RedisAddress } from './redis-address.js';
import { RedisLink, Script } from './redis-link.js';
import { RedisLogStore } from './redis-log-store.js';
import { RedisNeighbours } from './redis-neighbours.js';
import { RedisRoomIndex } from './redis-room-index.js';

/** How long a Redis that is only just starting is waited for, in milliseconds. */
const PATIENCE = 3_000;

/** Messages of a room that are kept unless `CHAT_RETENTION` has a number: all of it lies in memory. */
const KEPT = 10_000;

export interface RedisOptions extends RedisAddress {
  prefix: string;
  /** Replicas that must have a message before it is acknowledged. */
  replicas: number;
  historyLimit: number;
  rememberedIds: number;
  marks: number;
  retention: Retention;
}

/** All that lies in one Redis, behind one connection. */
export class RedisHouse {
  readonly store: RedisLogStore;
  readonly index: RedisRoomIndex;
  readonly neighbours: RedisNeighbours;
  readonly #scripts = new Map<string, Script>();
  #onSecret: (secret: string) => void = () => undefined;

  private constructor(
    clock: Clock,
    readonly link: RedisLink,
    private readonly keys: Keys,
    { replicas, historyLimit, rememberedIds, marks, retention }: RedisOptions,
  ) {
    const node = randomUUID();
    const kept = Math.max(historyLimit, retention.count ?? KEPT);
    const bounds = { replicas, historyLimit, rememberedIds, marks, kept };
    this.store = new RedisLogStore(clock, link, keys, bounds, retention, node);
    this.index = new RedisRoomIndex(link, keys);
    this.neighbours = new RedisNeighbours(clock, link, keys, node);
  }

  /**
   * @throws Error with what is wrong with the address, or the Redis that is there
   */
  static async open(clock: Clock, options: RedisOptions): Promise<RedisHouse> {
    const link = new RedisLink(options);
    await link.start(PATIENCE);
    return new RedisHouse(clock, link, new Keys(options.prefix), options);
  }

  /** The secret that all processes share: this one, unless there is one already. */
  async secret(newSecret: string): Promise<string> {
    const { secret: key } = this.keys;
    const keep = (secret: string) => this.link.send(key, 'SET', key, secret, 'NX', 'GET') as Promise<string | null>;
    let secret = (await keep(newSecret)) ?? newSecret;
    // A Redis that was started empty must not be given another one by the next process that starts.
    const keepOn = async () => {
      const kept = (await keep(secret)) ?? secret;
      if (kept === secret) return;
      // Such a process was faster.
      secret = kept;
      this.#onSecret(secret);
    };
    this.link.onUp(() => void keepOn().catch(() => undefined));
    return secret;
  }

  /** Called with the secret that all processes share when it is another one than before. */
  onSecret(listener: (secret: string) => void): void {
    this.#onSecret = listener;
  }

  /** Where rate-limiter-flexible counts. */
  get counts() {
    return {
      prefix: this.keys.limits,
      eval: (text: string, { keys, arguments: args }: { keys: string[]; arguments: string[] }) => {
        const script = this.#scripts.get(text) ?? new Script(text);
        this.#scripts.set(text, script);
        return this.link.run(script, keys, args);
      },
    };
  }
}
