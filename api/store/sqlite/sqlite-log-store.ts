import { Worker } from 'node:worker_threads';
import type { Clock } from '../../domain/clock.js';
import { type ChatEvent, type Draft, type Message, messageCreated, type Read } from '../../domain/event.js';
import { Refusal } from '../../domain/problem.js';
import type { Appended, Follower, KeptRoom, LogStore, OpenedLog, Retention } from '../log-store.js';
import { newEpoch } from '../memory-log-store.js';
import type { Answer, Calls, WorkerOptions, Write, Written } from './protocol.js';

/** Writes that may wait for the disk before more are refused. */
const LONGEST_QUEUE = 10_000;

interface Waiting {
  write: Write;
  resolve: (written: Written) => void;
  reject: (error: unknown) => void;
}

/** What the database said when it could not do something. */
export class SqliteError extends Error {}

/**
 * Keeps the logs in one SQLite file. Writes that come while the disk is busy are gathered into the next
 * transaction (a group commit, `synchronous=FULL`): each is acknowledged when its transaction is on the disk.
 */
export class SqliteLogStore implements LogStore {
  readonly durable = true;
  #trouble: string | undefined;
  readonly #worker: Worker;
  readonly #calls = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  readonly #followers = new Map<string, Follower>();
  #queue: Waiting[] = [];
  #writing = false;
  #lastCall = 0;
  /** Why the thread is no more; nothing would answer a call. */
  #gone?: Error;
  #closed?: Promise<void>;

  constructor(
    private readonly clock: Clock,
    private readonly options: WorkerOptions,
    private readonly retention: Retention,
  ) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
      workerData: { options, extension },
    });
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#fail(error as Error));
    this.#worker.on('exit', () => this.#fail(new SqliteError('the database is closed')));
  }

  /**
   * Opens the file and brings its schema up to date.
   *
   * @param newSecret to be kept in the file, unless one is there: so tokens outlive a restart too
   * @returns the secret that is kept
   *
   * @throws SqliteError with what is wrong with the file
   */
  start(newSecret?: string): Promise<string | undefined> {
    return this.#call('start', newSecret);
  }

  async trouble(): Promise<string | undefined> {
    // What failed may work again by now, though nobody has tried.
    if (this.#trouble !== undefined) await this.#read('probe', this.#now()).catch(() => undefined);
    return this.#trouble;
  }

  rooms(): Promise<KeptRoom[]> {
    return this.#read('rooms');
  }

  async open(room: Pick<KeptRoom, 'name' | 'title'>, follow: Follower): Promise<OpenedLog> {
    const { name, title } = room;
    const { epoch, seq, messages } = await this.#read('open', { name, title }, newEpoch(), this.#now());
    this.#followers.set(name, follow);
    return { epoch, seq, events: messages.map(messageCreated) };
  }

  async catchUp(): Promise<void> {}

  async append(room: string, draft: Draft): Promise<Appended> {
    const written = await this.#write({ kind: 'append', room, draft, at: this.#now() });
    if (written.kind !== 'append') throw conflict();
    return { message: written.message, duplicate: written.duplicate };
  }

  async find(room: string, { id, text }: Pick<Draft, 'id' | 'text'>): Promise<Message | undefined> {
    const found = await this.#read('find', room, { id, text });
    if (found === 'conflict') throw conflict();
    return found;
  }

  history(room: string, limit: number, before: number): Promise<Message[]> {
    return this.#read('history', room, limit, before);
  }

  async mark(room: string, { userId, nickname, seq }: Read): Promise<boolean> {
    const written = await this.#write({ kind: 'mark', room, read: { userId, nickname, seq } });
    return written.kind === 'mark' && written.moved;
  }

  marks(room: string): Promise<Read[]> {
    return this.#read('marks', room);
  }

  async drop(): Promise<void> {
    throw new Error('a durable room is not dropped');
  }

  async prune(): Promise<void> {
    const { age, count } = this.retention;
    if (age === undefined && count === undefined) return;
    const before = age === undefined ? undefined : new Date(this.clock.date().getTime() - age).toISOString();
    await this.#read('prune', {
      least: this.options.historyLimit,
      ...(before !== undefined && { before }),
      ...(count !== undefined && { newest: count }),
    });
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    const exit = new Promise((resolve) => this.#worker.once('exit', resolve));
    await this.#call('close').catch(() => undefined);
    await exit;
  }

  #now(): string {
    return this.clock.date().toISOString();
  }

  #write(write: Write): Promise<Written> {
    if (this.#queue.length >= LONGEST_QUEUE) throw new Refusal('unavailable', 'The disk does not keep up.');
    return new Promise((resolve, reject) => {
      this.#queue.push({ write, resolve, reject });
      if (!this.#writing) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#writing = true;
    // What the same turn of the event loop still brings shares the transaction.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      await this.#commit(batch);
    }
    this.#writing = false;
  }

  async #commit(batch: Waiting[]): Promise<void> {
    try {
      const written = await this.#read(
        'write',
        batch.map(({ write }) => write),
      );
      this.#tell(written);
      batch.forEach(({ resolve }, index) => resolve(written[index]!));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** Before anything is acknowledged, and in the order of the log. */
  #tell(written: Written[]): void {
    const byRoom = new Map<string, ChatEvent[]>();
    for (const outcome of written) {
      if (outcome.kind !== 'append' || outcome.duplicate) continue;
      const { message } = outcome;
      const events = byRoom.get(message.room) ?? [];
      events.push(messageCreated(message));
      byRoom.set(message.room, events);
    }
    for (const [room, events] of byRoom) this.#followers.get(room)?.(events);
  }

  /** A call whose failure is told to whoever asked as `unavailable`, and to the operator in full. */
  async #read<Name extends keyof Calls>(
    name: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>> {
    try {
      const value = await this.#call(name, ...args);
      // That it can be read says nothing of whether it can be written.
      if (name === 'write' || name === 'probe') this.#trouble = undefined;
      return value;
    } catch (error) {
      this.#trouble = (error as Error).message;
      throw new Refusal('unavailable', 'The room cannot be written to or read from the disk right now.');
    }
  }

  #call<Name extends keyof Calls>(name: Name, ...args: Parameters<Calls[Name]>): Promise<ReturnType<Calls[Name]>> {
    if (this.#gone) return Promise.reject(this.#gone);
    const id = ++this.#lastCall;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#worker.postMessage({ id, name, args });
    });
  }

  #settle(answer: Answer): void {
    const call = this.#calls.get(answer.id);
    this.#calls.delete(answer.id);
    if (answer.ok) call?.resolve(answer.value as never);
    else call?.reject(new SqliteError(answer.message));
  }

  #fail(error: Error): void {
    this.#gone ??= error;
    this.#trouble = error.message;
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }
}

function conflict(): Refusal {
  return new Refusal('id-conflict', 'Choose a new id for a new message.');
}
