import type { KeyValueStore } from './storage.js';

/** How far a room's log was read. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

const KEY = 'chat.read';
/** So many rooms are remembered, those read last. */
const KEPT = 100;

/** How far the person has read in which room, on this device and whatever others are told of it. */
export class Positions {
  private memory: Readonly<Record<string, Position>> = {};
  private parsed: string | null = null;

  constructor(private readonly store: KeyValueStore) {}

  of(room: string): Position | undefined {
    return this.all()[room];
  }

  /** Moves forward, or into another log. */
  move(room: string, epoch: string, seq: number): void {
    const all = this.all();
    const now = all[room];
    if (now?.epoch === epoch && now.seq >= seq) return;
    const others = Object.entries(all).filter(([name]) => name !== room);
    const entries: [string, Position][] = [...others, [room, { epoch, seq }]];
    this.memory = Object.fromEntries(entries.slice(-KEPT));
    try {
      this.store.setItem(KEY, JSON.stringify(this.memory));
    } catch {
      // Storage may be switched off or full; then it is known until the page is closed.
    }
  }

  // Read anew each time: other tabs read too.
  private all(): Readonly<Record<string, Position>> {
    try {
      const text = this.store.getItem(KEY);
      if (text === this.parsed) return this.memory;
      this.parsed = text;
      const saved: unknown = JSON.parse(text ?? 'null');
      if (typeof saved === 'object' && saved !== null) this.memory = saved as Record<string, Position>;
    } catch {
      // See above.
    }
    return this.memory;
  }
}
