import { randomBytes } from 'node:crypto';
import type { Clock } from '../domain/clock.js';
import { type Draft, type Message, messageCreated, type Read } from '../domain/event.js';
import type { Appended, Follower, KeptRoom, LogStore, OpenedLog } from './log-store.js';
import { RememberedIds } from './remembered-ids.js';

interface MemoryLog {
  seq: number;
  ids: RememberedIds;
  /** By userId; the first is the one that has not moved for the longest time. */
  marks: Map<string, Read>;
  follow: Follower;
}

/** Keeps positions, remembered ids and marks; the events live on in whoever follows. */
export class MemoryLogStore implements LogStore {
  readonly durable = false;
  readonly #logs = new Map<string, MemoryLog>();

  constructor(
    private readonly clock: Clock,
    private readonly bounds: { rememberedIds: number; marks: number },
  ) {}

  async trouble(): Promise<undefined> {}

  async rooms(): Promise<KeptRoom[]> {
    return [];
  }

  async open({ name }: Pick<KeptRoom, 'name'>, follow: Follower): Promise<OpenedLog> {
    const ids = new RememberedIds(this.clock, this.bounds.rememberedIds);
    this.#logs.set(name, { seq: 0, ids, marks: new Map(), follow });
    return { epoch: newEpoch(), seq: 0, events: [] };
  }

  async catchUp(): Promise<void> {}

  async append(room: string, draft: Draft): Promise<Appended> {
    const log = this.#log(room);
    const known = log.ids.find(draft.id, draft.text);
    if (known) return { message: known, duplicate: true };
    const seq = ++log.seq;
    const sentAt = this.clock.date().toISOString();
    const { id, userId, nickname, text } = draft;
    const message: Message = { id, seq, room, userId, nickname, text, sentAt };
    log.ids.add(message);
    log.follow([messageCreated(message)]);
    return { message, duplicate: false };
  }

  async find(room: string, { id, text }: Pick<Draft, 'id' | 'text'>): Promise<Message | undefined> {
    return this.#log(room).ids.find(id, text);
  }

  async history(): Promise<Message[]> {
    return [];
  }

  async mark(room: string, read: Read): Promise<boolean> {
    const { marks } = this.#log(room);
    if ((marks.get(read.userId)?.seq ?? 0) >= read.seq) return false;
    marks.delete(read.userId);
    marks.set(read.userId, read);
    if (marks.size > this.bounds.marks) marks.delete(marks.keys().next().value!);
    return true;
  }

  async marks(room: string): Promise<Read[]> {
    return [...this.#log(room).marks.values()];
  }

  async drop(room: string): Promise<void> {
    this.#logs.delete(room);
  }

  async prune(): Promise<void> {}

  async close(): Promise<void> {}

  #log(room: string): MemoryLog {
    const log = this.#logs.get(room);
    if (!log) throw new Error(`the log of ${room} is not open`);
    return log;
  }
}

/** 72 random bits, so that two logs never have the same. */
export function newEpoch(): string {
  return randomBytes(9).toString('base64url');
}
