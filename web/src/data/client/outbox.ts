import type { Message, Problem } from './contract.js';
import { OutboxFull } from './errors.js';
import { forget, readSaved, save, type KeyValueStore } from './storage.js';

/** A message of one's own that is not in the timeline yet. */
export interface Outgoing {
  readonly id: string;
  readonly text: string;
  /** When it was written, or the person last wanted it sent; milliseconds since the epoch, by this device. */
  readonly at: number;
  /** `sent`: acknowledged, and about to come back as an event. */
  readonly state: 'sending' | 'sent' | 'refused';
  readonly problem?: Problem;
  readonly message?: Message;
  /** The server wants it later: when it goes out again by itself; of the monotonic clock. */
  readonly retryAt?: number;
}

const KEY = 'chat.outbox.';
/** So many of a room wait; the next is refused. */
export const OUTBOX_MAX = 100;

/**
 * What is to be sent to a room, in the order in which it was written. It is remembered, so that a reload loses
 * nothing, until it came back as an event or its person does not want it any more.
 */
export class Outbox {
  private list: readonly Outgoing[] = [];
  private readonly key: string;

  constructor(
    private readonly store: KeyValueStore,
    room: string,
  ) {
    this.key = KEY + room;
  }

  get items(): readonly Outgoing[] {
    return this.list;
  }

  /** The one to send now: one at a time, or the order could change on the way. */
  get next(): Outgoing | undefined {
    return this.list.find((item) => item.state === 'sending');
  }

  /**
   * @throws OutboxFull
   */
  add(item: Pick<Outgoing, 'id' | 'text' | 'at'>): void {
    if (this.list.length >= OUTBOX_MAX) throw new OutboxFull(OUTBOX_MAX);
    this.set([...this.list, { ...item, state: 'sending' }]);
  }

  acknowledge(id: string, message: Message): void {
    this.replace(id, ({ text, at }) => ({ id, text, at, state: 'sent', message }));
  }

  refuse(id: string, problem: Problem): void {
    this.replace(id, ({ text, at }) => ({ id, text, at, state: 'refused', problem }));
  }

  /** It stays the next one, but not before that time. */
  postpone(id: string, retryAt: number | undefined): void {
    this.replace(id, ({ text, at, state }) => ({ id, text, at, state, ...(retryAt !== undefined && { retryAt }) }));
  }

  /** Offers it again, under the same id. */
  retry(id: string, at: number): void {
    this.replace(id, ({ text }) => ({ id, text, at, state: 'sending' }));
  }

  /** Takes it out: it came back as an event, or the person does not want it any more. */
  remove(id: string): Outgoing | undefined {
    const item = this.list.find((each) => each.id === id);
    if (item) this.set(this.list.filter((each) => each !== item));
    return item;
  }

  /** Takes out what was acknowledged up to a `seq`: the timeline has passed it. */
  removeSent(seq: number): void {
    const rest = this.list.filter(({ message }) => message === undefined || message.seq > seq);
    if (rest.length < this.list.length) this.set(rest);
  }

  /** Its person does not want any of it sent. */
  drop(): void {
    this.set([]);
  }

  /** Brings back what was on its way when the page was closed; all of it is sent again, under its id. */
  restore(): void {
    const saved = readSaved(this.store, this.key);
    if (!Array.isArray(saved)) return;
    const known = new Set(this.list.map(({ id }) => id));
    const items = saved.filter(isOutgoing).filter(({ id }) => !known.has(id));
    this.set([...items.map(resumed), ...this.list]);
  }

  private replace(id: string, change: (item: Outgoing) => Outgoing): void {
    this.set(this.list.map((item) => (item.id === id ? change(item) : item)));
  }

  private set(items: readonly Outgoing[]): void {
    this.list = items;
    save(this.store, this.key, items.length > 0 ? items : undefined);
  }
}

/** Drops what waits in all rooms, those that are not open included. */
export function dropOutboxes(store: KeyValueStore): void {
  forget(store, KEY);
}

function isOutgoing(value: unknown): value is Outgoing {
  const item = value as Partial<Outgoing> | null;
  return typeof item?.id === 'string' && typeof item.text === 'string' && typeof item.at === 'number';
}

function resumed(item: Outgoing): Outgoing {
  const { id, text, at } = item;
  return item.state === 'refused' ? item : { id, text, at, state: 'sending' };
}
