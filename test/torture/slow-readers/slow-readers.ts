import { randomUUID } from 'node:crypto';
import type { MessagePage } from '../../../openapi/generated/chat.js';
import { get, post } from '../../support/http.js';
import { ServerProcess } from '../../support/server-process.js';
import { check } from '../checker/check.js';
import { Journal } from '../record.js';
import { type Gauges, gauges } from './gauges.js';
import { Reader, SharedFrames } from './reader.js';

/** 16 kB on the wire. */
const TEXT = '\u{1F600}'.repeat(4_000);
/** So many are said at once. */
const BURST = 10;
const HISTORY = 200;
const ENVIRONMENT = { HOST: '127.0.0.1', CHAT_MAX_CONNECTIONS_PER_ADDRESS: '5000', CHAT_HISTORY_LIMIT: `${HISTORY}` };

/** Milliseconds. */
const SAMPLE_EVERY = 2_000;
const WARM_UP = 10_000;
const AFTERWARDS = 10_000;
const NEVER = 120_000;

/** What the garbage collector leaves lying about, in MB. */
const SLACK = 64;

export interface SlowReadersOptions {
  readers: number;
  stalled: number;
  /** How long these read nothing, in milliseconds. */
  stall: number;
}

type Phase = 'warm-up' | 'stalled' | 'back';

/** A busy room in which some readers stop reading for a while. */
class BusyRoom {
  readonly #journal = new Journal();
  readonly #samples: (Gauges & { phase: Phase })[] = [];
  readonly #start = performance.now();
  readonly #readers: Reader[];
  readonly slow: Reader[];
  readonly swift: Reader[];
  phase: Phase = 'warm-up';
  top = 0;

  constructor(
    private readonly url: string,
    { readers, stalled }: SlowReadersOptions,
    private readonly print: (line: string) => void,
  ) {
    const frames = new SharedFrames();
    this.#readers = Array.from({ length: readers }, (_, n) => new Reader(`Reader ${n}`, url, this.#journal, frames));
    this.slow = this.#readers.slice(0, stalled);
    this.swift = this.#readers.slice(stalled);
  }

  async fill(): Promise<void> {
    for (const reader of this.#readers) {
      reader.open();
      await this.#journal.until(() => reader.isIn, NEVER);
    }
  }

  /** Talks for so long, as fast as those who read do, and on until it is over. */
  async talk(ms: number, isOver: (now: Gauges) => boolean = () => true): Promise<void> {
    const end = performance.now() + ms;
    for (let now = await this.sample(); performance.now() < end || !isOver(now); now = await this.sample()) {
      if (performance.now() > end + NEVER) return;
      const next = performance.now() + SAMPLE_EVERY;
      while (performance.now() < next) {
        await Promise.all(Array.from({ length: BURST }, () => this.#say()));
        await this.#journal.until(() => this.swift.every(({ seq }) => seq >= this.top), NEVER);
      }
    }
  }

  async sample(): Promise<Gauges> {
    const now = await gauges(this.url);
    this.#samples.push({ phase: this.phase, ...now });
    const seconds = ((performance.now() - this.#start) / 1000).toFixed(0).padStart(4);
    const numbers = [now.rss, now.heap, now.external, now.connections, now.cut];
    const columns = numbers.map((number) => number.toFixed(0).padStart(9)).join('');
    this.print(`${seconds} s  ${this.phase.padEnd(9)}${columns}`);
    return now;
  }

  /** MB by which the server grew while they stalled. */
  get growth(): number {
    const most = (phase: Phase) =>
      Math.max(...this.#samples.filter((sample) => sample.phase === phase).map(({ rss }) => rss));
    return most('stalled') - most('warm-up');
  }

  async violations() {
    await this.#journal.until(() => this.#readers.every(({ seq }) => seq === this.top), NEVER);
    this.stop();
    const { epoch, seq, messages } = (await get(this.url, `/api/chat/messages?limit=${HISTORY}`)).data as MessagePage;
    this.#journal.note('witness', { kind: 'history', epoch, seq, messages });
    return check({ store: 'memory', history: HISTORY, entries: this.#journal.entries });
  }

  stop(): void {
    for (const reader of this.#readers) reader.stop();
  }

  async #say(): Promise<void> {
    const [id, attempt] = [randomUUID(), this.#journal.nextAttempt()];
    this.#journal.note('Crier', { kind: 'sent', attempt, id, text: TEXT, over: 'rest' });
    const { data } = await post(this.url, '/api/chat/send', { id, text: TEXT, nickname: 'Crier' });
    this.#journal.note('Crier', { kind: 'acknowledged', attempt, id, ...data });
    this.top = Math.max(this.top, data.message.seq);
  }
}

/**
 * A room with a thousand readers is busy, and ten of them stop reading for a while, half of them without a sign
 * of life: they must be cut, be whole again by their cursors, and cost no more memory than their bound. Tells
 * whether it was so.
 */
export async function slowReaders(
  print: (line: string) => void,
  options: SlowReadersOptions = { readers: 1_000, stalled: 10, stall: 30_000 },
): Promise<boolean> {
  const server = await new ServerProcess(ENVIRONMENT).start();
  const room = new BusyRoom(server.url, options, print);
  const { slow, swift } = room;
  try {
    print(`${options.readers} readers, of which ${options.stalled} read nothing for ${options.stall / 1000} s`);
    print('        phase      RSS MB  heap MB  ext. MB     open      cut');
    await room.fill();
    await room.talk(WARM_UP);
    room.phase = 'stalled';
    for (const [n, reader] of slow.entries()) reader.stall(n % 2 === 0);
    // Those that show signs of life find out by them that they were cut, and may be back already.
    await room.talk(options.stall, ({ cut }) => cut >= slow.length);
    room.phase = 'back';
    for (const reader of slow) reader.wake();
    await room.talk(AFTERWARDS, () => slow.every(({ seq }) => seq === room.top));
    const violations = await room.violations();

    const ends = Map.groupBy(
      slow.flatMap((reader) => reader.ends),
      (end) => end,
    );
    print(`${room.top} messages of 16 kB; while they stalled the server grew by ${room.growth.toFixed(0)} MB`);
    print(
      `their connections ended with ${[...ends].map(([end, { length }]) => `${end} (${length} times)`).join(', ')}`,
    );
    print(`of the others, ${swift.filter((reader) => reader.ends.length > 0).length} lost theirs`);
    print(`broken promises: ${violations.length}`);
    for (const { promise, client, evidence } of violations.slice(0, 5)) print(`  ${promise}: ${client}: ${evidence}`);
    return violations.length === 0 && slow.every((reader) => reader.ends.length === 1) && room.growth < SLACK;
  } finally {
    room.stop();
    await server.stop('SIGKILL');
  }
}
