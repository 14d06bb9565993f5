import type { LogEvent, Message, RoomEvents, RoomState } from './contract.js';

/** A line of the room as a person sees it. `key` grows from entry to entry and is never used twice. */
export type Entry =
  | { readonly kind: 'message'; readonly key: number; readonly message: Message }
  | Gap
  | { readonly kind: 'reset'; readonly key: number };

/** Events that this client did not get. */
export interface Gap {
  readonly kind: 'gap';
  readonly key: number;
  /** How many. */
  readonly missed: number;
  /** The seqs on either side of them. */
  readonly after: number;
  readonly before: number;
  /** Whether the server may still have them, as far as is known. */
  readonly kept: boolean;
}

/** What applying something did: the messages that are new, and whether events are missing. */
export interface Applied {
  readonly added: readonly Message[];
  readonly complete: boolean;
  readonly reset: boolean;
}

const NOTHING: Applied = { added: [], complete: true, reset: false };

/**
 * The room's log as this client knows it. Every event is applied once, in the order of `seq`, whichever
 * carrier brought it and however often.
 */
export class Timeline {
  private list: readonly Entry[] = [];
  private nextKey = 1;
  private firstKey = 0;
  private epochNow: string | undefined;
  private seqNow = 0;

  /** @param keep how many entries are kept in memory */
  constructor(private readonly keep = 2000) {}

  get entries(): readonly Entry[] {
    return this.list;
  }

  get epoch(): string | undefined {
    return this.epochNow;
  }

  get seq(): number {
    return this.seqNow;
  }

  /** The position to go on from; none before the first answer. */
  get cursor(): string | undefined {
    return this.epochNow === undefined ? undefined : `${this.epochNow}:${this.seqNow}`;
  }

  /** The seq with which this begins; none after a reset, before which there is another log. */
  get oldest(): number | undefined {
    const [first] = this.list;
    if (this.list.some((entry) => entry.kind === 'reset')) return undefined;
    if (first?.kind === 'gap') return first.after + 1;
    return first?.kind === 'message' ? first.message.seq : undefined;
  }

  gap(key: number): Gap | undefined {
    return this.list.find((entry): entry is Gap => entry.kind === 'gap' && entry.key === key);
  }

  /** Forgets the log, as if nothing had ever come. */
  clear(): void {
    this.list = [];
    this.epochNow = undefined;
    this.seqNow = 0;
  }

  /** Whether a position of the log is beyond what is known here. */
  isBehind(epoch: string, seq: number): boolean {
    return epoch !== this.epochNow || seq > this.seqNow;
  }

  /** Applies the answer to "what came after my cursor?". */
  apply(state: RoomState): Applied {
    if (!state.recovered) return this.applySnapshot(state);
    return this.append({ epoch: state.epoch, events: state.events ?? [] });
  }

  /** Applies what a carrier brought, as far as nothing before it is missing; if something is, not complete. */
  append({ epoch, events }: RoomEvents): Applied {
    if (epoch !== this.epochNow) return { ...NOTHING, complete: events.length === 0 };
    const added: Message[] = [];
    let complete = true;
    for (const event of events) {
      if (event.seq <= this.seqNow) continue;
      complete = event.seq === this.seqNow + 1;
      if (!complete) break;
      this.seqNow = event.seq;
      const message = messageOf(event);
      if (message) added.push(message);
    }
    this.push(added.map((message) => this.entry(message)));
    return { added, complete, reset: false };
  }

  /** Puts a page of history before everything else; gives back how many messages that were. */
  prepend(epoch: string, page: readonly Message[]): number {
    const { oldest } = this;
    if (epoch !== this.epochNow || oldest === undefined) return 0;
    const older = page.filter((message) => message.seq < oldest);
    const from = (this.firstKey -= older.length);
    this.list = [
      ...older.map((message, index) => ({ kind: 'message' as const, key: from + index, message })),
      ...this.list,
    ];
    return older.length;
  }

  /** Puts a page of history into a gap, before what follows it. A page with nothing new in it says that it is gone. */
  fill(key: number, epoch: string, page: readonly Message[]): void {
    const gap = this.gap(key);
    if (!gap || epoch !== this.epochNow) return;
    const { after, before } = gap;
    const found = page.filter(({ seq }) => seq > after && seq < before);
    const first = found[0]?.seq ?? before;
    const reachesOver = page.some(({ seq }) => seq <= after);
    const missed = reachesOver ? 0 : Math.min(gap.missed, first - 1 - after);
    const rest: Gap[] = missed > 0 ? [{ ...gap, missed, before: first, kept: found.length > 0 }] : [];
    const filled = found.map((message): Entry => ({ kind: 'message', key: key + message.seq - after, message }));
    const list = this.list.flatMap((entry) => (entry === gap ? [...rest, ...filled] : [entry]));
    this.list = list.slice(-this.keep);
  }

  private applySnapshot(state: RoomState): Applied {
    const messages = state.messages ?? [];
    const reset = this.epochNow !== undefined && this.epochNow !== state.epoch;
    // An answer that was long on its way has nothing that is not known by now.
    if (state.epoch === this.epochNow && state.seq <= this.seqNow) return NOTHING;
    const from = state.epoch === this.epochNow ? this.seqNow : 0;
    const added = messages.filter((message) => message.seq > from);
    const lines: Entry[] = [];
    if (reset) {
      this.list = this.list.map((entry) => (entry.kind === 'gap' ? { ...entry, kept: false } : entry));
      lines.push({ kind: 'reset', key: this.nextKey++ });
    }
    // `missed` counts from the cursor that was asked with, which another answer may have moved since.
    const before = messages[0]?.seq ?? state.seq + 1;
    const missed = Math.min(state.missed ?? 0, before - 1 - from);
    if (missed > 0) {
      lines.push({ kind: 'gap', key: this.nextKey, missed, after: from, before, kept: true });
      // What fills it later has its keys between those on either side.
      this.nextKey += before - from;
    }
    this.epochNow = state.epoch;
    this.seqNow = state.seq;
    this.push([...lines, ...added.map((message) => this.entry(message))]);
    return { added, complete: true, reset };
  }

  private entry(message: Message): Entry {
    return { kind: 'message', key: this.nextKey++, message };
  }

  private push(entries: readonly Entry[]): void {
    if (entries.length > 0) this.list = [...this.list, ...entries].slice(-this.keep);
  }
}

// A type that is not known yet still counts its seq, but shows nothing.
function messageOf(event: LogEvent): Message | undefined {
  return event.type === 'message.created' ? event.message : undefined;
}
