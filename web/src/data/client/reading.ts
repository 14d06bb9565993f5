import type { Read } from './contract.js';
import type { Positions } from './positions.js';
import { Readers } from './readers.js';
import { ReadMarks, type ReadMarksOptions } from './read-marks.js';
import type { Session } from './session.js';
import type { Timeline } from './timeline.js';

export interface ReadingOptions extends ReadMarksOptions {
  room: string;
  timeline: Timeline;
  positions: Positions;
  session: Session;
}

/** How far a room was read, by the person and by the others. */
export class Reading {
  private readonly marks: ReadMarks;
  private readonly readers = new Readers();

  constructor(private readonly options: ReadingOptions) {
    this.marks = new ReadMarks(options);
  }

  /** Who has read how far. */
  get reads(): readonly Read[] {
    return this.readers.list;
  }

  /** How far the person has read; unknown until the room is. */
  get position(): number | undefined {
    const { room, positions, timeline } = this.options;
    const position = positions.of(room);
    return timeline.epoch !== undefined && position?.epoch === timeline.epoch ? position.seq : undefined;
  }

  /** How many messages of others came after that. */
  get unread(): number {
    const { position } = this;
    if (position === undefined) return 0;
    const { timeline, session } = this.options;
    let unread = 0;
    for (let index = timeline.entries.length - 1; index >= 0; index--) {
      const entry = timeline.entries[index]!;
      if (entry.kind === 'reset' || (entry.kind === 'message' && entry.message.seq <= position)) break;
      if (entry.kind === 'message' && !session.selves.has(entry.message.userId)) unread++;
    }
    return unread;
  }

  /** The person saw a message, and so what was before it; tells whether that was news. */
  see(seq: number): boolean {
    const { timeline } = this.options;
    if (timeline.epoch === undefined || seq > timeline.seq) return false;
    this.marks.see(seq);
    if (seq <= (this.position ?? 0)) return false;
    this.move(seq);
    return true;
  }

  /** Whoever comes for the first time has nothing to catch up on; after a reset everything is new. */
  arrive(isFirst: boolean): void {
    const { timeline } = this.options;
    if (timeline.epoch !== undefined && this.position === undefined) this.move(isFirst ? timeline.seq : 0);
  }

  /** Takes marks in, some or all of them. */
  take(reads: readonly Read[]): void {
    this.readers.take(reads);
    for (const { userId, seq } of reads) {
      // Read in another tab, or on another device.
      if (this.options.session.selves.has(userId) && seq > (this.position ?? seq)) this.move(seq);
    }
  }

  /** The server may not know any more what it was told. */
  renew(): void {
    this.marks.renew();
  }

  /** Others may know from now on. */
  tell(): void {
    this.marks.pump();
  }

  /** It is another log now: its seqs begin again. */
  reset(): void {
    this.marks.reset();
    this.readers.clear();
  }

  private move(seq: number): void {
    const { positions, room, timeline } = this.options;
    if (timeline.epoch !== undefined) positions.move(room, timeline.epoch, seq);
  }
}
