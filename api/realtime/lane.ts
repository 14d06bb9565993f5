import type { Clock } from '../domain/clock.js';
import { Batch, gather, type RoomBroadcast } from './batch.js';
import type { Pace } from './pace.js';

export interface RoomListener {
  /** Whether it is told in answers to its requests, each of which costs more than a write. */
  readonly polls: boolean;
  tell(batch: Batch): void;
  /** Ends the listener, who comes back by the cursor. */
  cut(): void;
}

/**
 * What a room is still to be told, gathered until the next flush. Whoever came in between knows the first of
 * it, and is told the rest alone.
 */
export class Lane {
  readonly #listeners = new Set<RoomListener>();
  #pending: RoomBroadcast[] = [];
  /** How many of the pending ones they know. */
  readonly #newcomers = new Map<RoomListener, number>();
  #ready = -Infinity;
  #isTelling = false;
  #cancelTimer?: () => void;

  constructor(
    private readonly clock: Clock,
    private readonly pace: Pace,
    private readonly onError: (error: unknown) => void,
  ) {}

  get size(): number {
    return this.#listeners.size;
  }

  everyone(): RoomListener[] {
    return [...this.#listeners];
  }

  push(broadcast: RoomBroadcast): void {
    if (this.#listeners.size === 0) return;
    this.#pending.push(broadcast);
    this.pace.count(broadcast.name === 'room:events' ? broadcast.payload.events.length : 1);
    this.#schedule();
  }

  /** To be called in the step in which the listener was told where the room stands. */
  add(listener: RoomListener): void {
    this.#listeners.add(listener);
    if (this.#pending.length > 0) this.#newcomers.set(listener, this.#pending.length);
  }

  remove(listener: RoomListener): boolean {
    this.#newcomers.delete(listener);
    return this.#listeners.delete(listener);
  }

  /** Tells the listener what the others are still to be told, and removes it. */
  dismiss(listener: RoomListener): boolean {
    const rest = this.#pending.slice(this.#newcomers.get(listener) ?? 0);
    const isHere = this.remove(listener);
    if (isHere && rest.length > 0) this.#tell(listener, new Batch(gather(rest)));
    return isHere;
  }

  /** Lets go of what was to be told. */
  clear(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#pending = [];
    this.#newcomers.clear();
  }

  #schedule(): void {
    // Who is told something may cause more of it, which comes after.
    if (this.#cancelTimer || this.#isTelling || this.#pending.length === 0) return;
    const wait = this.#ready - this.clock.now();
    if (wait <= 0) this.#flush();
    // Node.js cuts fractions off.
    else this.#cancelTimer = this.clock.after(Math.ceil(wait), () => this.#flush());
  }

  #flush(): void {
    this.#cancelTimer = undefined;
    const started = this.clock.now();
    this.#isTelling = true;
    this.#tellEveryone();
    this.#isTelling = false;
    const ended = this.clock.now();
    this.#ready = ended + this.pace.pause(ended - started);
    this.#schedule();
  }

  #tellEveryone(): void {
    const pending = this.#pending;
    this.#pending = [];
    const newcomers = new Map(this.#newcomers);
    this.#newcomers.clear();
    const batches = new Map<number, Batch>();
    const after = (known: number) => {
      let batch = batches.get(known);
      if (!batch) batches.set(known, (batch = new Batch(gather(pending.slice(known)))));
      return batch;
    };
    const whole = after(0);
    for (const listener of this.#listeners) {
      const known = newcomers.get(listener);
      const batch = known === undefined ? whole : after(known);
      if (batch.broadcasts.length > 0) this.#tell(listener, batch);
    }
  }

  /** A listener that fails harms no other. */
  #tell(listener: RoomListener, batch: Batch): void {
    try {
      listener.tell(batch);
    } catch (error) {
      this.onError(error);
    }
  }
}
