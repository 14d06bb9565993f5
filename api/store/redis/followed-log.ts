import { type ChatEvent, type Draft, type Message, messageCreated } from '../../domain/event.js';
import { Refusal } from '../../domain/problem.js';
import { newEpoch } from '../memory-log-store.js';
import type { Appended, Follower, OpenedLog, Reset } from '../log-store.js';
import { APPEND_AND_READ } from './scripts.js';
import type { Keys } from './keys.js';
import type { RedisLink } from './redis-link.js';

/** Messages that go to Redis in one step, and events that come back in one. */
const BATCH = 200;
const READ = 500;

/** Milliseconds that replicas are given. Nothing else is done meanwhile: it holds up the connection. */
const WAIT = 1_000;

/** Messages of a room that may wait for Redis before more are refused. */
const LONGEST_QUEUE = 5_000;

/** How far back ids are remembered: far longer than any client tries again. In milliseconds. */
const REMEMBERED_FOR = 24 * 60 * 60 * 1000;

export interface LogBounds {
  historyLimit: number;
  rememberedIds: number;
  /** Messages of each room that stay in Redis. */
  kept: number;
  /** Replicas that must have a message before it is acknowledged. */
  replicas: number;
}

interface Waiting {
  draft: Draft;
  resolve: (appended: Appended) => void;
  reject: (error: unknown) => void;
}

type Outcome = ['added' | 'known', seq: string, stamp: string, userId: string, nickname: string] | ['conflict'];
type Entry = [id: string, fields: string[]];
type Answer = [epoch: string, seq: string, snapshot: 0 | 1, Outcome[], Entry[]];

/**
 * One room's log as this process follows it. Writing and reading are one step, and one such step is under way at a
 * time: so all that came meanwhile goes with the next, and what is read has one order and no hole.
 */
export class FollowedLog {
  #epoch = '';
  #seq = 0;
  /** When Redis took the last event in, in microseconds. */
  #stamp = '';
  /** What the bell told of last. */
  #rung = 0;
  #unread = false;
  /** The last step was not done. */
  #failed = false;
  #queue: Waiting[] = [];
  /** What is under way. */
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(
    private readonly link: RedisLink,
    private readonly keys: ReturnType<Keys['room']>,
    private readonly room: { name: string; title: string },
    private readonly bounds: LogBounds,
    private readonly follow: Follower,
    private readonly reset: Reset,
  ) {}

  /** Events that are in Redis and not yet here, as far as it is known. */
  get behind(): number {
    return Math.max(0, this.#rung - this.#seq);
  }

  async open(): Promise<OpenedLog> {
    // Before the first read, so that nothing falls between the two.
    await this.link.subscribe(this.keys.bell, (message) => this.#ring(message));
    const opening = this.#step([]);
    this.#working = opening.then(
      () => undefined,
      () => undefined,
    );
    try {
      return this.#take(await opening);
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      this.#rest();
    }
  }

  append(draft: Draft): Promise<Appended> {
    if (!this.link.up || this.#queue.length >= LONGEST_QUEUE) {
      throw new Refusal('unavailable', 'Messages cannot be kept right now.');
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ draft, resolve, reject });
      this.#wake();
    });
  }

  async catchUp(): Promise<void> {
    if (!this.link.up) throw new Refusal('unavailable', 'The room cannot be read right now.');
    // What is under way may have been read before.
    await this.#working;
    this.read();
    await this.#working;
    if (this.#failed) throw new Refusal('unavailable', 'The room cannot be read right now.');
  }

  /** What is in the log has as many copies as it should. */
  async confirm(): Promise<void> {
    if (this.bounds.replicas === 0) return;
    const { meta } = this.keys;
    // A WAIT waits for what its own connection has written.
    this.#expectCopies((await this.link.sendInOrder(meta, ['HSET', meta, 'confirmed', '1'], this.#wait))[1]);
  }

  /** Reads what there is: after a silence that may have been a lost bell. */
  read(): void {
    this.#unread = true;
    this.#wake();
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#queue.splice(0)) reject(new Refusal('unavailable', 'The room was closed.'));
    return this.link.unsubscribe(this.keys.bell);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#working) await this.#working;
  }

  /** A `seq`, or a word that the log was lost. */
  #ring(message: string): void {
    const seq = Number(message);
    if (Number.isNaN(seq)) return this.read();
    this.#rung = Math.max(this.#rung, seq);
    // What is under way most likely brings it.
    if (seq > this.#seq) this.#wake();
  }

  #wake(): void {
    if (this.#working || this.#closed) return;
    this.#working = this.#work().finally(() => this.#rest());
  }

  #rest(): void {
    this.#working = undefined;
    if (this.#unread || this.behind > 0 || this.#queue.length > 0) this.#wake();
  }

  async #work(): Promise<void> {
    // What the same turn of the event loop still brings goes along.
    await new Promise((resolve) => setImmediate(resolve));
    this.#unread = false;
    const batch = this.#queue.splice(0, BATCH);
    try {
      const drafts = batch.map(({ draft }) => draft);
      const answer = await this.#step(drafts);
      // Before anyone is answered: an event is here before its sender is told that it was kept.
      if (!this.#closed) this.#follow(answer);
      // More than one step gives.
      while (!this.#closed && this.#seq < Number(answer[1])) this.#follow(await this.#step([]));
      this.#failed = false;
      const outcomes = answer[3];
      batch.forEach((waiting, index) => this.#answer(waiting, outcomes[index]!));
    } catch (error) {
      this.#failed = true;
      // It is read again when Redis is back, or after a while, not now.
      this.#rung = this.#seq;
      for (const { reject } of batch) reject(error);
    }
  }

  async #step(drafts: Draft[]): Promise<Answer> {
    const { meta, log, ids, order, bell } = this.keys;
    const { historyLimit, kept, rememberedIds } = this.bounds;
    const position = [bell, newEpoch(), this.room.title, this.#epoch, this.#seq, this.#stamp];
    const bounds = [Math.max(READ, drafts.length), historyLimit, kept, rememberedIds, REMEMBERED_FOR];
    const args = drafts.flatMap(({ id, userId, nickname, text }) => [id, userId, nickname, text]);
    const all = [...position, ...bounds, ...args];
    if (this.bounds.replicas === 0 || drafts.length === 0) {
      return (await this.link.run(APPEND_AND_READ, [meta, log, ids, order], all)) as Answer;
    }
    const append = APPEND_AND_READ.on([meta, log, ids, order], all);
    const [answer, copies] = await this.link.sendInOrder(meta, append, this.#wait);
    this.#expectCopies(copies);
    return answer as Answer;
  }

  /** Waits for what its own connection has written. */
  get #wait(): string[] {
    return ['WAIT', `${this.bounds.replicas}`, `${WAIT}`];
  }

  #expectCopies(copies: unknown): void {
    if (Number(copies) >= this.bounds.replicas) return;
    this.read();
    throw new Refusal('unavailable', 'The message has not as many copies as it should. Send it again.');
  }

  #follow(answer: Answer): void {
    const [epoch, , snapshot, , entries] = answer;
    if (snapshot || epoch !== this.#epoch) return this.reset(this.#take(answer));
    const events = entries.map((entry) => this.#eventOf(entry));
    const last = entries.at(-1);
    if (last) {
      this.#seq = events.at(-1)!.seq;
      this.#stamp = last[1][1]!;
      this.follow(events);
    }
  }

  #take([epoch, seq, , , entries]: Answer): OpenedLog {
    this.#epoch = epoch;
    this.#seq = Number(seq);
    this.#rung = this.#seq;
    this.#stamp = entries.at(-1)?.[1][1] ?? '';
    return { epoch, seq: this.#seq, events: entries.map((entry) => this.#eventOf(entry)) };
  }

  #answer({ draft, resolve, reject }: Waiting, outcome: Outcome): void {
    if (outcome[0] === 'conflict') return reject(conflict());
    const [what, seq, stamp, userId, nickname] = outcome;
    const { id, text } = draft;
    const message = { id, seq: Number(seq), room: this.room.name, userId, nickname, text, sentAt: timeOf(stamp) };
    resolve({ message, duplicate: what === 'known' });
  }

  #eventOf(entry: Entry): ChatEvent {
    return messageCreated(messageOf(entry, this.room.name));
  }
}

export function messageOf([id, fields]: Entry, room: string): Message {
  const [, stamp, , uuid, , userId, , nickname, , text] = fields as [
    ...[string, string, string, string, string],
    ...[string, string, string, string, string],
  ];
  return { id: uuid, seq: Number.parseInt(id), room, userId, nickname, text, sentAt: timeOf(stamp) };
}

/** Microseconds since 1970 as ISO 8601 in UTC. */
export function timeOf(stamp: string): string {
  return new Date(Math.floor(Number(stamp) / 1000)).toISOString();
}

export function conflict(): Refusal {
  return new Refusal('id-conflict', 'Choose a new id for a new message.');
}
