import { randomUUID } from 'node:crypto';
import type { Clock } from '../../domain/clock.js';
import type { User } from '../../domain/event.js';
import type { RoomNeighbour, Word } from '../neighbours.js';
import type { Keys } from './keys.js';
import { type Change, PeopleElsewhere } from './people-elsewhere.js';
import type { RedisLink } from './redis-link.js';
import { SAY_WHO_IS_HERE } from './scripts.js';

/** What is said in a room's channel. `people` tells what changed there, unless it is too much to tell. */
export type Spoken =
  | { node: string; word: Word; receipt?: string }
  | { node: string; done: string }
  | { node: string; people: Change[] | undefined; before: string; version: string };

/** A process that says nothing for so long is gone, in milliseconds. */
export const LEASE = 15_000;

/** What a process left behind is kept for those who were heard not long ago, in milliseconds. */
const KEPT = 60_000;

/** How long somebody stays after a call, whatever becomes of the process; in milliseconds. */
const STALE = 30_000;

/** How long those who heard a word have to say so, in milliseconds. */
const RECEIPTS = 500;

/** More changes at once are read instead of told. */
const TOLD = 50;

/**
 * Who is in one room here, as the others are told, and who is there at theirs. One step is under way at a time. Each
 * version of who is here follows another, so that who misses one knows it, and reads.
 */
export class RoomPresence {
  /** By userId; `until` is there for somebody who was heard, of the monotonic clock. */
  readonly #here = new Map<string, { nickname: string; until: number }>();
  readonly #elsewhere: PeopleElsewhere;
  #changed = new Set<string>();
  /** Heard again: of importance only if this process ends. */
  #heard = new Set<string>();
  /** What lies in Redis may not be what was said. */
  #untold = true;
  #version = 0;
  /** Before that, who is missing may merely not be back yet. */
  #complete = 0;
  #due = false;
  #step?: Promise<void> | undefined;
  #closed = false;
  readonly #receipts = new Map<string, () => unknown>();

  constructor(
    private readonly clock: Clock,
    private readonly link: RedisLink,
    private readonly keys: ReturnType<Keys['room']>,
    private readonly node: string,
    private readonly listener: RoomNeighbour,
  ) {
    this.#elsewhere = new PeopleElsewhere(clock);
  }

  async open(): Promise<void> {
    await this.link.subscribe(this.keys.talk, (message) => this.#hear(JSON.parse(message) as Spoken));
    await this.renew();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.link.unsubscribe(this.keys.talk);
    await this.#step;
    await this.#say([], '').catch(() => undefined);
  }

  present({ userId, nickname }: User, heard: boolean): void {
    const known = this.#here.get(userId);
    const until = heard ? this.clock.now() + STALE : 0;
    this.#here.set(userId, { nickname, until: Math.max(until, known?.until ?? 0) });
    if (known) return void this.#heard.add(userId);
    this.#changed.add(userId);
    void this.renew();
  }

  absent({ userId }: User): void {
    this.#here.delete(userId);
    this.#changed.add(userId);
    void this.renew();
  }

  say(word: Word): void {
    // What is true for the moment only is not said again.
    void this.#publish({ node: this.node, word });
  }

  async tell(word: Word): Promise<void> {
    const receipt = randomUUID();
    const { promise, resolve } = Promise.withResolvers<void>();
    let missing = 0;
    this.#receipts.set(receipt, () => --missing === 0 && resolve());
    const timer = setTimeout(resolve, RECEIPTS);
    // This process is one of those that hear it; a receipt may have come before the number.
    missing += (await this.#publish({ node: this.node, word, receipt })) - 1;
    if (missing <= 0) resolve();
    await promise;
    clearTimeout(timer);
    this.#receipts.delete(receipt);
  }

  /** Answers how many processes hear it. */
  async #publish(spoken: Spoken): Promise<number> {
    const { talk } = this.keys;
    return Number(await this.link.send(talk, 'SPUBLISH', talk, JSON.stringify(spoken)).catch(() => 0));
  }

  /** The connection was lost, and is back. */
  reconnected(): void {
    this.#missed();
    void this.renew();
  }

  /** What was said may have been lost; and what the others say: they may not be back yet. */
  #missed(): void {
    this.#untold = true;
    this.#complete = this.clock.now() + LEASE;
  }

  /** To be called about once a second. */
  tick(): void {
    if (this.#elsewhere.fades) this.listener.elsewhere(this.#elsewhere.users());
    if (this.#heard.size > 0) void this.renew();
  }

  /** Says who is here, and reads who is elsewhere; never throws. */
  renew(): Promise<void> {
    this.#due = true;
    return (this.#step ??= this.#work().finally(() => (this.#step = undefined)));
  }

  async #work(): Promise<void> {
    while (this.#due && !this.#closed) {
      this.#due = false;
      // What the same turn of the event loop still brings goes along.
      await new Promise((resolve) => setImmediate(resolve));
      try {
        await this.#exchange();
      } catch {
        this.#missed();
        return;
      }
    }
  }

  async #exchange(): Promise<void> {
    const all = this.#untold;
    const ids = all ? new Set(this.#here.keys()) : new Set([...this.#changed, ...this.#heard]);
    const isNews = all || this.#changed.size > 0;
    this.#changed = new Set();
    this.#heard = new Set();
    this.#untold = false;
    const before = `${this.#version}`;
    if (isNews) this.#version++;
    const changes = [...ids].map((userId): Change => this.#changeOf(userId));
    const answer = await this.#say(changes, `${this.listener.online()}`, before, all);
    if (answer === 0) {
      this.#untold = true;
      this.#due = true;
      return;
    }
    await this.#reconcile(answer as string[]);
  }

  #changeOf(userId: string): Change {
    const person = this.#here.get(userId);
    if (!person) return [userId, -1, ''];
    return [userId, Math.round(Math.max(0, person.until - this.clock.now())), person.nickname];
  }

  #say(changes: Change[], online: string, before = `${this.#version}`, all = false): Promise<unknown> {
    const { nodes, people, meta, talk } = this.keys;
    const version = `${this.#version}`;
    const told = all || changes.length > TOLD ? undefined : changes;
    const word = JSON.stringify({ node: this.node, people: told, before, version } satisfies Spoken);
    const args = [talk, this.node, before, version, LEASE, KEPT, online, all ? 1 : 0, word, ...changes.flat()];
    return this.link.run(SAY_WHO_IS_HERE, [nodes, people(this.node), meta], args);
  }

  async #reconcile([time, ...leases]: string[]): Promise<void> {
    const nodes = new Set<string>();
    let isNews = false;
    for (let index = 0; index < leases.length; index += 2) {
      const [node, version] = [leases[index]!, leases[index + 1]!];
      nodes.add(node);
      if (!this.#elsewhere.knows(node, version)) {
        this.#elsewhere.hear(node, version, await this.#read(node, Number(time)));
        isNews = true;
      }
    }
    if (this.clock.now() >= this.#complete) {
      for (const node of this.#elsewhere.without(nodes)) {
        this.#elsewhere.lapse(node, await this.#read(node, Number(time)));
        isNews = true;
      }
    }
    if (isNews && !this.#closed) this.listener.elsewhere(this.#elsewhere.users());
  }

  async #read(node: string, time: number): Promise<Change[]> {
    const people = this.keys.people(node);
    const said = (await this.link.send(people, 'HGETALL', people)) as Record<string, string>;
    return Object.entries(said).flatMap(([userId, text]): Change[] => {
      if (userId === '#') return [];
      const bar = text.indexOf('|');
      return [[userId, Math.max(0, Number(text.slice(0, bar)) - time), text.slice(bar + 1)]];
    });
  }

  #hear(spoken: Spoken): void {
    if (spoken.node === this.node || this.#closed) return;
    if ('done' in spoken) return void this.#receipts.get(spoken.done)?.();
    if ('word' in spoken) {
      this.listener.heard(spoken.word);
      // Behind what was just done about it, on the same connection.
      if (spoken.receipt !== undefined) void this.#publish({ node: this.node, done: spoken.receipt });
      return;
    }
    const { node, people, before, version } = spoken;
    const moved = people && this.#elsewhere.change(node, before, version, people);
    if (moved) this.listener.moved(moved);
    else void this.renew();
  }
}
