import { createHash } from 'node:crypto';
import { ErrorReply } from '@redis/client';
import { systemClock } from '../../domain/clock.js';
import { Refusal } from '../../domain/problem.js';
import { connectRedis, type RedisAddress } from './redis-address.js';
import type { RedisClient } from './redis-client.js';

/** Milliseconds until a command that is not answered is given up, and the connection with it. */
const DEADLINE = 2_000;

/** Keys that lie on all masters of a cluster, or most of them. */
const PROBES = 8;

/** Milliseconds between two attempts to connect, at most. */
const LONGEST_PAUSE = 2_000;

/** Errors of a Redis that is the wrong one, or not yet ready: it is looked for again. */
const MOVED_ON = /^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|UNBLOCKED|NOREPLICAS)/;

/** A script for Redis to run; what it does is done in one step. */
export class Script {
  readonly sha: string;

  constructor(readonly text: string) {
    this.sha = createHash('sha1').update(text).digest('hex');
  }

  /** The command that runs it, on a Redis that may not know it. */
  on(keys: string[], args: (string | number)[]): string[] {
    return ['EVAL', this.text, `${keys.length}`, ...keys, ...args.map(String)];
  }
}

/**
 * The connection to Redis. While there is none, or it does not answer, everything is refused with
 * `unavailable` at once and nothing is kept back to be done later; it is found again by itself.
 */
export class RedisLink {
  #client: RedisClient | undefined;
  #trouble: string | undefined = 'it was never reached';
  #closed = false;
  readonly #channels = new Map<string, (message: string) => void>();
  readonly #onUp: (() => void)[] = [];
  readonly #onClose: (() => void)[] = [];
  /** Connections after the first. */
  reconnects = 0;
  /** Of the last command that was answered, in milliseconds. */
  roundTrip = 0;

  constructor(private readonly address: RedisAddress) {}

  get #isCluster(): boolean {
    return this.address.topology === 'cluster';
  }

  /** Whether there is a Redis; of a cluster, whether any of its masters is there. */
  get up(): boolean {
    return this.#client?.isReady === true;
  }

  /** Why it is not up, or what the last command that was not done met with. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Called after each time that a lost connection was found again, of a cluster that of any node. */
  onUp(listener: () => void): void {
    this.#onUp.push(listener);
  }

  /** Called when it is closed, for good. */
  onClose(listener: () => void): void {
    this.#onClose.push(listener);
  }

  /**
   * Connects for the first time.
   *
   * @param patience milliseconds for which it is tried
   * @throws Error with what is wrong
   */
  async start(patience: number): Promise<void> {
    const end = systemClock.now() + patience;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#connect();
      } catch (error) {
        if (systemClock.now() > end || !isWorthTrying(error)) throw error;
        await pause(attempt);
      }
    }
  }

  /**
   * @throws Refusal `unavailable` when there is no answer, or one that says that it cannot be done; what was
   * asked may have been done all the same
   */
  async send(key: string, ...command: string[]): Promise<unknown> {
    return this.#within((client) => client.send(key, command));
  }

  /**
   * Each right behind the other, on one connection; the answers are in that order.
   *
   * @throws as {@link send}
   */
  async sendInOrder(key: string, ...commands: string[][]): Promise<unknown[]> {
    return this.#within((client) => client.sendInOrder(key, commands));
  }

  /** @throws as {@link send} */
  readonly run = async (script: Script, keys: string[], args: (string | number)[]): Promise<unknown> => {
    const rest = [`${keys.length}`, ...keys, ...args.map(String)];
    return this.#within(async (client, isLate) => {
      for (;;) {
        try {
          return await client.send(keys[0]!, ['EVALSHA', script.sha, ...rest]);
        } catch (error) {
          if (!(error instanceof ErrorReply)) throw error;
          // A Redis that was started anew does not know it any more.
          if (error.message.startsWith('NOSCRIPT')) return client.send(keys[0]!, script.on(keys, args));
          // The keys are just moving from one node of a cluster to another, one after the other.
          if (!error.message.startsWith('TRYAGAIN') || isLate()) throw error;
          await pause(0);
        }
      }
    });
  };

  /** Hears what is said in a channel, from now on or from when there is a connection. */
  async subscribe(channel: string, listener: (message: string) => void): Promise<void> {
    this.#channels.set(channel, listener);
    await this.#within((client) => client.subscribe(channel, listener)).catch(() => undefined);
  }

  async unsubscribe(channel: string): Promise<void> {
    this.#channels.delete(channel);
    await this.#within((client) => client.unsubscribe(channel)).catch(() => undefined);
  }

  /** What is wrong right now: also of a Redis that answers, but takes nothing. Of a cluster one master is enough. */
  async probe(key: string): Promise<string | undefined> {
    const keys = this.#isCluster ? Array.from({ length: PROBES }, (_, number) => `${key}:${number}`) : [key];
    try {
      await Promise.any(keys.map((each) => this.send(each, 'SET', each, '1', 'EX', '60')));
      return undefined;
    } catch {
      return this.#trouble ?? 'it does not answer';
    }
  }

  close(): void {
    this.#closed = true;
    for (const tell of this.#onClose) tell();
    this.#drop(this.#client);
    this.#client = undefined;
  }

  async #within<T>(work: (client: RedisClient, isLate: () => boolean) => Promise<T>): Promise<T> {
    const client = this.#client;
    if (!client) throw away();
    const begun = systemClock.now();
    let isLate = false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        isLate = true;
        reject(new Error('it does not answer'));
        this.#lost(client, 'it does not answer');
      }, DEADLINE).unref();
    });
    try {
      const answer = await Promise.race([work(client, () => isLate), late]);
      this.roundTrip = systemClock.now() - begun;
      if (this.#client === client) this.#trouble = undefined;
      return answer;
    } catch (error) {
      const { message } = error as Error;
      if (this.#client === client) this.#trouble = message;
      if (MOVED_ON.test(message)) this.#lost(client, message);
      throw away();
    } finally {
      clearTimeout(timer);
    }
  }

  async #connect(): Promise<void> {
    const made: { client?: RedisClient; lost?: Error } = {};
    const lost = (error: Error) => {
      this.#trouble = error.message;
      made.lost = error;
      if (made.client) this.#lost(made.client, error.message);
    };
    const found = () => this.#found();
    const client = (made.client = await connectRedis(this.address, { lost, found }));
    try {
      if (this.#closed) throw new Error('closed');
      for (const [channel, listener] of this.#channels) await client.subscribe(channel, listener);
      if (made.lost) throw made.lost;
    } catch (error) {
      this.#drop(client);
      throw error;
    }
    this.#client = client;
    this.#trouble = undefined;
  }

  #lost(client: RedisClient, trouble: string): void {
    // Of a cluster it is one node, which its client finds again by itself.
    if (this.#client !== client || this.#closed || this.#isCluster) return;
    this.#trouble = trouble;
    this.#client = undefined;
    this.#drop(client);
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    for (let attempt = 0; !this.#closed; attempt++) {
      await pause(attempt);
      try {
        await this.#connect();
        return this.#found();
      } catch (error) {
        this.#trouble = (error as Error).message;
      }
    }
  }

  #found(): void {
    this.reconnects++;
    for (const tell of this.#onUp) tell();
  }

  #drop(client: RedisClient | undefined): void {
    try {
      client?.destroy();
    } catch {
      // It was closed already.
    }
  }
}

/** Longer each time, and never at the same moment as all the others. */
function pause(attempt: number): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE, 100 * 2 ** Math.min(attempt, 10));
  return new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
}

function isWorthTrying(error: unknown): boolean {
  return !/^(WRONGPASS|NOAUTH|NOPERM|ERR)|certificate/.test((error as Error).message);
}

function away(): Refusal {
  return new Refusal('unavailable', 'The room cannot be written to or read from right now.');
}
