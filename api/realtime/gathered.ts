import type { Clock } from '../domain/clock.js';

/** Calls `flush` for a room that was touched: at once after a quiet spell, else once each interval. */
export class Gathered {
  readonly #waiting = new Map<string, { again: boolean; cancel: () => void }>();

  constructor(
    private readonly clock: Clock,
    /** Milliseconds. */
    private readonly interval: number,
    private readonly flush: (room: string) => void,
  ) {}

  touch(room: string): void {
    const waiting = this.#waiting.get(room);
    if (waiting) waiting.again = true;
    else this.#run(room);
  }

  forget(room: string): void {
    this.#waiting.get(room)?.cancel();
    this.#waiting.delete(room);
  }

  #run(room: string): void {
    const cancel = this.clock.after(this.interval, () => {
      const { again } = this.#waiting.get(room)!;
      this.#waiting.delete(room);
      if (again) this.#run(room);
    });
    this.#waiting.set(room, { again: false, cancel });
    this.flush(room);
  }
}
