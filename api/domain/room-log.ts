import type { Cursor } from './cursor.js';
import type { ChatEvent, Message } from './event.js';

/** What came after a cursor: all of it, or what there is instead. */
export type Catchup =
  | { recovered: true; events: ChatEvent[] }
  /** `missed` is there when the cursor was of this epoch: so many events are gone. */
  | { recovered: false; messages: Message[]; missed?: number };

/**
 * The newest events of one room, as this process knows them. `seq` has no hole: an event that does not
 * follow the last one is a mistake of the store, and throws.
 */
export class RoomLog {
  readonly #events: ChatEvent[] = [];
  #seq: number;

  /**
   * @param limit how many messages are kept
   * @param seq that of the last event before the first that will be appended
   */
  constructor(
    readonly epoch: string,
    private readonly limit: number,
    seq = 0,
  ) {
    this.#seq = seq;
  }

  /** The position of the last event. */
  get cursor(): Cursor {
    return { epoch: this.epoch, seq: this.#seq };
  }

  /** The `seq` of the first event that is here, or that will be. */
  get oldest(): number {
    return this.#seq + 1 - this.#events.length;
  }

  append(event: ChatEvent): void {
    if (event.seq !== this.#seq + 1) throw new Error(`event ${event.seq} does not follow ${this.#seq}`);
    this.#events.push(event);
    this.#seq = event.seq;
    if (this.#events.length > this.limit) this.#events.shift();
  }

  /** Whether the cursor may be one that this log gave. */
  has({ epoch, seq }: Cursor): boolean {
    return epoch === this.epoch && seq <= this.#seq;
  }

  /** Whole or not at all; a cursor that this log never gave (another epoch, the future) gets a snapshot. */
  since(cursor?: Cursor): Catchup {
    if (!cursor || !this.has(cursor)) return this.#snapshot();
    const missed = this.oldest - 1 - cursor.seq;
    if (missed > 0) return { ...this.#snapshot(), missed };
    return { recovered: true, events: this.#events.slice(cursor.seq + 1 - this.oldest) };
  }

  /** The newest `limit` messages whose `seq` is below `before`, oldest first. */
  page(limit: number, before = Infinity): Message[] {
    const end = Math.min(this.#events.length, Math.max(0, before - this.oldest));
    return this.#events.slice(Math.max(0, end - limit), end).map(({ message }) => message);
  }

  #snapshot() {
    return { recovered: false as const, messages: this.#events.map(({ message }) => message) };
  }
}
