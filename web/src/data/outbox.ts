import type { Message, Problem } from './contract.js';
import type { KeyValueStore } from './session.js';

/** A message of one's own that is not in the timeline yet. */
export interface Outgoing {
  readonly id: string;
  readonly text: string;
  /** When it was written; milliseconds since the epoch, by this device. */
  readonly at: number;
  /** `sent`: acknowledged, and about to come back as an event. */
  readonly state: 'sending' | 'sent' | 'refused';
  readonly problem?: Problem;
  readonly message?: Message;
  /** The server wants it later: when it goes out again by itself; milliseconds since the epoch, by this device. */
  readonly retryAt?: number;
}

/** What is to be sent, in the order in which it was written; remembered so that a reload loses nothing. */
export class Outbox {
  private list: readonly Outgoing[] = [];

  private readonly key: string;

  constructor(
    private readonly store: KeyValueStore,
    room: string,
  ) {
    this.key = `chat.outbox.${room}`;
  }

  get items(): readonly Outgoing[] {
    return this.list;
  }

  /** The one to send now: one at a time, or the order could change on the way. */
  get next(): Outgoing | undefined {
    return this.list.find((item) => item.state === 'sending');
  }

  add(item: Pick<Outgoing, 'id' | 'text' | 'at'>): void {
    this.set([...this.list, { ...item, state: 'sending' }]);
  }

  acknowledge(id: string, message: Message): void {
    this.replace(id, (item) => ({ ...item, state: 'sent', problem: undefined, retryAt: undefined, message }));
  }

  refuse(id: string, problem: Problem): void {
    this.replace(id, (item) => ({ ...item, state: 'refused', problem, retryAt: undefined }));
  }

  /** It stays the next one, but not before that time. */
  postpone(id: string, retryAt: number | undefined): void {
    this.replace(id, (item) => ({ ...item, retryAt }));
  }

  /** Offers it again, under the same id. */
  retry(id: string): void {
    this.replace(id, (item) => ({ ...item, state: 'sending', problem: undefined }));
  }

  /** Takes it out: it came back as an event, or the person does not want it any more. */
  remove(id: string): Outgoing | undefined {
    const item = this.list.find((each) => each.id === id);
    if (item) this.set(this.list.filter((each) => each !== item));
    return item;
  }

  /** Takes out what was acknowledged up to a `seq`: the timeline has passed it. */
  removeSent(seq: number): readonly Outgoing[] {
    const gone = this.list.filter((item) => item.message !== undefined && item.message.seq <= seq);
    if (gone.length > 0) this.set(this.list.filter((item) => !gone.includes(item)));
    return gone;
  }

  clear(): void {
    this.set([]);
  }

  /** Brings back what was on its way when the page was closed; all of it is sent again, under its id. */
  restore(): void {
    try {
      const saved: unknown = JSON.parse(this.store.getItem(this.key) ?? '[]');
      if (!Array.isArray(saved)) return;
      const known = new Set(this.list.map((item) => item.id));
      const items = (saved as Outgoing[]).filter((item) => typeof item?.id === 'string' && !known.has(item.id));
      this.set([
        ...items.map((item) =>
          item.state === 'refused'
            ? item
            : { ...item, state: 'sending' as const, message: undefined, retryAt: undefined },
        ),
        ...this.list,
      ]);
    } catch {
      // Storage may be switched off, or hold what another version wrote.
    }
  }

  private replace(id: string, change: (item: Outgoing) => Outgoing): void {
    this.set(this.list.map((item) => (item.id === id ? change(item) : item)));
  }

  private set(items: readonly Outgoing[]): void {
    this.list = items;
    try {
      if (items.length > 0) this.store.setItem(this.key, JSON.stringify(items));
      else this.store.removeItem(this.key);
    } catch {
      // Storage may be switched off or full.
    }
  }
}
