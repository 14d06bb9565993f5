import type { Clock } from './clock.js';
import { Refused } from './errors.js';
import type { Road } from './sender.js';

/** Marks go out at most so often. */
const INTERVAL_MS = 1_000;

export interface ReadMarksOptions {
  clock: Clock;
  road: () => Road | undefined;
  /** Whether the person wants others to know. */
  wanted: () => boolean;
}

/** Tells the server what was seen: forward only, the newest alone, and not all the time. */
export class ReadMarks {
  private seenSeq = 0;
  private told = 0;
  private waiting = false;

  constructor(private readonly options: ReadMarksOptions) {}

  /** How far was seen since the page is open. */
  get seen(): number {
    return this.seenSeq;
  }

  see(seq: number): void {
    if (seq <= this.seenSeq) return;
    this.seenSeq = seq;
    this.pump();
  }

  /** The server may not know any more what it was told. */
  renew(): void {
    this.told = 0;
    this.pump();
  }

  /** The log was restarted: its seqs begin again. */
  reset(): void {
    this.seenSeq = this.told = 0;
  }

  pump(): void {
    const { clock, road, wanted } = this.options;
    const seq = this.seenSeq;
    const way = road();
    if (!way || this.waiting || seq <= this.told || !wanted()) return;
    this.waiting = true;
    way.mark(seq).then(
      () => (this.told = Math.max(this.told, seq)),
      (error: unknown) => {
        // What is refused for good is not offered again; what got lost is, with the next interval.
        if (error instanceof Refused && !error.passing && error.retryAfterMs === undefined) this.told = seq;
      },
    );
    clock.after(INTERVAL_MS, () => {
      this.waiting = false;
      this.pump();
    });
  }
}
