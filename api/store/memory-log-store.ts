import { randomBytes } from 'node:crypto';
import type { Clock } from '../domain/clock.js';
import type { Draft, Message } from '../domain/event.js';
import type { Appended, Follower, LogStore, OpenedLog } from './log-store.js';
import { RememberedIds } from './remembered-ids.js';

interface MemoryLog {
  seq: number;
  ids: RememberedIds;
  follow: Follower;
}

/** Keeps nothing but the position and the remembered ids: the events live on in whoever follows. */
export class MemoryLogStore implements LogStore {
  readonly #logs = new Map<string, MemoryLog>();

  constructor(
    private readonly clock: Clock,
    private readonly rememberedIds: number,
  ) {}

  async open(room: string, follow: Follower): Promise<OpenedLog> {
    this.#logs.set(room, { seq: 0, ids: new RememberedIds(this.clock, this.rememberedIds), follow });
    return { epoch: randomBytes(9).toString('base64url'), seq: 0, events: [] };
  }

  async append(room: string, draft: Draft): Promise<Appended> {
    const log = this.#log(room);
    const known = log.ids.find(draft.id, draft.text);
    if (known) return { message: known, duplicate: true };
    const seq = ++log.seq;
    const at = this.clock.date().toISOString();
    const { id, userId, nickname, text } = draft;
    const message: Message = { id, seq, room, userId, nickname, text, sentAt: at };
    log.ids.add(message);
    log.follow([{ seq, type: 'message.created', at, message }]);
    return { message, duplicate: false };
  }

  async find(room: string, { id, text }: Pick<Draft, 'id' | 'text'>): Promise<Message | undefined> {
    return this.#log(room).ids.find(id, text);
  }

  #log(room: string): MemoryLog {
    const log = this.#logs.get(room);
    if (!log) throw new Error(`the log of ${room} is not open`);
    return log;
  }
}
