import type { Clock } from '../domain/clock.js';
import { Refusal } from '../domain/problem.js';
import { AddressCounter } from './address-counter.js';
import type { Batch } from './batch.js';
import type { RoomHub } from './room-hub.js';

/** Requests that wait for a room's next event. */
export class LongPolls {
  readonly #waiting = new Set<() => void>();
  readonly #addresses: AddressCounter;
  #draining = false;

  constructor(
    private readonly clock: Clock,
    private readonly hub: RoomHub,
    private readonly bounds: { polls: number; pollsPerAddress: number },
  ) {
    this.#addresses = new AddressCounter(bounds.pollsPerAddress);
  }

  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Resolves at the room's next events, after `ms`, when `signal` aborts, or when the server goes down.
   *
   * @throws Refusal `rate-limited` or `unavailable` when too many wait already
   */
  async wait(room: string, address: string, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#draining || signal.aborted) return;
    if (this.#waiting.size >= this.bounds.polls) throw new Refusal('unavailable', 'Too many requests are waiting.');
    this.#addresses.take(address, 'Too many requests from this address are waiting.');
    const { promise, resolve } = Promise.withResolvers<void>();
    const listener = {
      polls: true,
      tell: ({ broadcasts }: Batch) => broadcasts.some(({ name }) => name === 'room:events') && resolve(),
      cut: resolve,
    };
    this.hub.subscribe(room, listener);
    const cancelTimer = this.clock.after(ms, resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    this.#waiting.add(resolve);
    await promise;
    this.#waiting.delete(resolve);
    cancelTimer();
    this.hub.unsubscribe(room, listener);
    this.#addresses.release(address);
  }

  /** Answers everyone who waits, and whoever comes later at once. */
  drain(): void {
    this.#draining = true;
    for (const resolve of this.#waiting) resolve();
  }
}
