import type { Clock } from '../../api/domain/clock.js';

/** A clock that stands still until the test moves it. */
export class FakeClock implements Clock {
  #now = 0;
  #timers = new Set<{ at: number; run: () => void; every?: number }>();

  /** The wall clock, which a test may set to anything; it moves with the monotonic one. */
  wall = Date.UTC(2026, 0, 31, 12);

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(this.wall);
  }

  after(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#now + ms, run });
  }

  every(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#now + ms, run, every: ms });
  }

  /** Moves time on, running what falls due on the way, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!due) break;
      this.#move(due.at);
      if (due.every === undefined) this.#timers.delete(due);
      else due.at += due.every;
      due.run();
    }
    this.#move(end);
  }

  #move(to: number): void {
    this.wall += to - this.#now;
    this.#now = to;
  }

  #add(timer: { at: number; run: () => void; every?: number }): () => void {
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }
}
