import type { Clock } from '../domain/clock.js';

/** Says how long after one flush of a room the next may be. Times are milliseconds of the monotonic clock. */
export interface Pace {
  /** So many things are to be told. */
  count(things: number): void;
  /** How long nothing is told after a flush that took so long. */
  pause(cost: number): number;
}

/** A room's messages would keep so much of a core busy, one flush each, when gathering begins … */
const LIGHT = 0.4;
/** … and when as many are gathered as the bound allows. */
const HEAVY = 0.8;

/** Over how many milliseconds the rate of messages is taken. */
const MEMORY = 500;

/**
 * Messages: at once in a quiet room. After a flush a room rests for as long as the flush took, so that a
 * burst takes half a core at most; and for longer, up to the bound, the more of a core its messages would
 * take if each were told by itself.
 */
export class MessagePace implements Pace {
  #rate = 0;
  #counted: number;

  constructor(
    private readonly clock: Clock,
    private readonly maxDelay: number,
  ) {
    this.#counted = clock.now();
  }

  count(things: number): void {
    this.#fade();
    this.#rate += things / MEMORY;
  }

  pause(cost: number): number {
    this.#fade();
    const load = this.#rate * cost;
    const gathering = this.maxDelay * Math.max(0, (load - LIGHT) / (HEAVY - LIGHT));
    return Math.min(this.maxDelay, Math.max(cost, gathering));
  }

  #fade(): void {
    const now = this.clock.now();
    this.#rate *= Math.exp((this.#counted - now) / MEMORY);
    this.#counted = now;
  }
}

/** Comings and goings may take so much of a core in one room, and in all of them together … */
const ROOM_SHARE = 0.01;
const SHARE = 0.05;

/** … and wait so long at the most. */
const PRESENCE_BOUND = 1_000;

/** Presence: at once where it is quiet, and seldom in a room, or in many rooms, where many come and go. */
export class PresencePace {
  #second = -Infinity;
  /** How many rooms told somebody in this second, and in the one before. */
  #rooms = 0;
  #before = 0;

  constructor(private readonly clock: Clock) {}

  ofRoom(): Pace {
    let counted = -Infinity;
    return {
      count: () => undefined,
      pause: (cost) => {
        this.#turn();
        if (counted !== this.#second) this.#rooms++;
        counted = this.#second;
        const share = Math.min(ROOM_SHARE, SHARE / Math.max(this.#rooms, this.#before));
        return Math.min(PRESENCE_BOUND, cost / share);
      },
    };
  }

  #turn(): void {
    const second = Math.floor(this.clock.now() / 1_000);
    if (second === this.#second) return;
    this.#before = second === this.#second + 1 ? this.#rooms : 0;
    this.#rooms = 0;
    this.#second = second;
  }
}

/** Messages for those who poll: however few there are, a request for each costs more than the wait is worth. */
export const pollingPace = (maxDelay: number): Pace => ({ count: () => undefined, pause: () => maxDelay });
