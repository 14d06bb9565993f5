import { createHash } from 'node:crypto';
import type { Clock } from '../../domain/clock.js';
import type { Draft, Message, Read } from '../../domain/event.js';
import type { Appended, Follower, KeptRoom, LogStore, OpenedLog, Reset, Retention } from '../log-store.js';
import { conflict, FollowedLog, type LogBounds, messageOf, timeOf } from './followed-log.js';
import type { Keys } from './keys.js';
import type { RedisLink } from './redis-link.js';
import type { Spoken } from './room-presence.js';
import { MARK, PRUNE } from './scripts.js';

/** A bell that was not heard is made good after this, in milliseconds. */
const HEALED = 5_000;

/**
 * Keeps the logs in Redis, a stream for each room, together with other processes. The log is the bus: what any
 * process appends reaches the followers here by reading it, and in no other way. Pub/sub only rings the bell.
 */
export class RedisLogStore implements LogStore {
  readonly durable = true;
  readonly #logs = new Map<string, FollowedLog>();

  constructor(
    clock: Clock,
    private readonly link: RedisLink,
    private readonly keys: Keys,
    private readonly bounds: LogBounds & { marks: number },
    private readonly retention: Retention,
    /** The name of this process among the others. */
    private readonly node: string,
  ) {
    link.onClose(clock.every(HEALED, () => this.read()));
    // What was said while the connection was gone rang no bell here.
    link.onUp(() => this.read());
  }

  /** Events that are in Redis and not yet here, as far as it is known. */
  get behind(): number {
    return [...this.#logs.values()].reduce((sum, log) => sum + log.behind, 0);
  }

  trouble(): Promise<string | undefined> {
    return this.link.probe(this.keys.probe);
  }

  async rooms(): Promise<KeptRoom[]> {
    return [];
  }

  async open({ name, title }: Pick<KeptRoom, 'name' | 'title'>, follow: Follower, reset: Reset): Promise<OpenedLog> {
    const log = new FollowedLog(this.link, this.keys.room(name), { name, title }, this.bounds, follow, reset);
    const opened = await log.open();
    this.#logs.set(name, log);
    return opened;
  }

  async catchUp(room: string): Promise<void> {
    await this.#log(room).catchUp();
  }

  async append(room: string, draft: Draft): Promise<Appended> {
    return this.#log(room).append(draft);
  }

  async find(room: string, { id, text }: Pick<Draft, 'id' | 'text'>): Promise<Message | undefined> {
    const log = this.#log(room);
    const { ids } = this.keys.room(room);
    const entry = (await this.link.send(ids, 'HGET', ids, id)) as string | null;
    const [, seq, stamp, hash, userId, nickname] = /^(\d+)\|(\d+)\|(\w+)\|([^|]*)\|(.*)$/s.exec(entry ?? '') ?? [];
    if (seq === undefined) return undefined;
    if (createHash('sha1').update(text).digest('hex') !== hash) throw conflict();
    await log.confirm();
    return { id, seq: Number(seq), room, userId: userId!, nickname: nickname!, text, sentAt: timeOf(stamp!) };
  }

  async history(room: string, limit: number, before: number): Promise<Message[]> {
    const { log } = this.keys.room(room);
    const newest = await this.link.send(log, 'XREVRANGE', log, `(${before}-0`, '-', 'COUNT', `${limit}`);
    return (newest as [string, string[]][]).reverse().map((entry) => messageOf(entry, room));
  }

  async mark(room: string, read: Read): Promise<boolean> {
    const { marks, readers, talk } = this.keys.room(room);
    const { userId, nickname, seq } = read;
    const word = JSON.stringify({ node: this.node, word: { read: { userId, nickname, seq } } } satisfies Spoken);
    return (await this.link.run(MARK, [marks, readers], [talk, word, userId, nickname, seq, this.bounds.marks])) === 1;
  }

  async marks(room: string): Promise<Read[]> {
    const { marks, readers } = this.keys.room(room);
    const [scores, nicknames] = await Promise.all([
      this.link.send(marks, 'ZRANGE', marks, '0', '-1', 'WITHSCORES') as Promise<[string, number][]>,
      this.link.send(readers, 'HGETALL', readers) as Promise<Record<string, string>>,
    ]);
    return scores.flatMap(([userId, seq]) => {
      // Marks go while they are read.
      const nickname = nicknames[userId];
      return nickname === undefined ? [] : [{ userId, nickname, seq: Number(seq) }];
    });
  }

  async drop(room: string): Promise<void> {
    const log = this.#logs.get(room);
    this.#logs.delete(room);
    await log?.close();
  }

  async prune(): Promise<void> {
    const { age } = this.retention;
    if (age === undefined) return;
    for (const room of this.#logs.keys()) {
      const { meta, log } = this.keys.room(room);
      await this.link.run(PRUNE, [meta, log], [age, this.bounds.historyLimit]);
    }
  }

  /** Reads all logs that are followed here: heals a bell that was not heard. */
  read(): void {
    for (const log of this.#logs.values()) log.read();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#logs.values()].map((log) => log.settled()));
    this.link.close();
  }

  #log(room: string): FollowedLog {
    const log = this.#logs.get(room);
    if (!log) throw new Error(`the log of ${room} is not open`);
    return log;
  }
}
