import { randomUUID } from 'node:crypto';
import type { Message, RoomEvents } from '../../../openapi/generated/chat.js';
import type { Random } from '../../support/random.js';
import type { Link } from '../network/link.js';
import type { CarrierName } from '../plan.js';
import type { Answer, Journal } from '../record.js';
import { again, type Carrier, type Follower } from './carrier.js';
import { Lost, Refused } from './errors.js';
import { PollCarrier } from './poll-carrier.js';
import { SocketCarrier } from './socket-carrier.js';
import { StreamCarrier } from './stream-carrier.js';

/** Refusals that pass. */
const PASSING = ['unavailable', 'rate-limited'];

export interface ClientOptions {
  name: string;
  room: string;
  guest: boolean;
  link: Link;
  journal: Journal;
  random: Random;
  headers: Record<string, string>;
}

/**
 * A client that believes what it is told: its position is wherever the server says, so that nothing hides what
 * the server does wrong. What it has not been answered it sends again, under the same id, over whichever
 * carrier it has by then.
 */
export class FollowerClient implements Follower {
  readonly name: string;
  readonly room: string;
  readonly guest: boolean;
  readonly link: Link;
  readonly journal: Journal;
  readonly random: Random;
  readonly headers: Record<string, string>;
  nickname: string;
  token: string | undefined;
  position: { epoch: string; seq: number } | undefined;
  #carrier: Carrier | undefined;
  #over: CarrierName | undefined;
  #names = 0;
  #stopped = false;
  readonly #settled: { id: string; text: string }[] = [];

  constructor({ name, room, guest, link, journal, random, headers }: ClientOptions) {
    this.name = name;
    this.room = room;
    this.guest = guest;
    this.link = link;
    this.journal = journal;
    this.random = random;
    this.headers = headers;
    this.nickname = name;
  }

  get url(): string {
    return this.link.url;
  }

  get cursor(): string | undefined {
    return this.position && `${this.position.epoch}:${this.position.seq}`;
  }

  follow(over: CarrierName): void {
    this.leave();
    this.#over = over;
    this.#carrier = this.#open(over);
    this.#carrier.start();
  }

  /** Listens no more, at its cursor. */
  leave(): void {
    this.#carrier?.stop();
    this.#carrier = undefined;
  }

  stop(): void {
    this.#stopped = true;
    this.leave();
  }

  say(text: string): Promise<void> {
    return this.#send({ id: randomUUID(), text });
  }

  /** Sends again what was acknowledged before. */
  sayAgain(): Promise<void> {
    const [message] = this.#settled;
    return message ? this.#send(message) : Promise.resolve();
  }

  /** Sends what has to be refused. */
  async sayWrong(how: 'empty' | 'long' | 'other text'): Promise<void> {
    const [message] = this.#settled;
    if (how !== 'other text') return this.#send({ id: randomUUID(), text: how === 'empty' ? ' ' : 'x'.repeat(4_001) });
    if (message) return this.#send({ id: message.id, text: `not ${message.text}` });
  }

  /** It has come to the end of the log. */
  hasCaughtUp({ epoch, seq }: { epoch: string; seq: number }): boolean {
    return this.position?.epoch === epoch && this.position.seq >= seq;
  }

  asked(over: string, since: string | undefined): number {
    const link = this.journal.nextLink();
    this.journal.note(this.name, { kind: 'asked', link, over, ...(since !== undefined && { since }) });
    return link;
  }

  answered(link: number, { epoch, seq, cursor, recovered, messages, events, missed }: Answer): void {
    this.position = { epoch, seq };
    const parts = { ...(messages && { messages }), ...(events && { events }), ...(missed !== undefined && { missed }) };
    this.journal.note(this.name, { kind: 'answered', link, answer: { epoch, seq, cursor, recovered, ...parts } });
  }

  told(link: number, told: RoomEvents): void {
    this.position = { epoch: told.epoch, seq: told.events.at(-1)!.seq };
    this.journal.note(this.name, { kind: 'told', link, told });
  }

  confirm(token: string): void {
    this.token = token;
  }

  renew(code: string): boolean {
    if (code === 'unauthorized') this.token = undefined;
    else if (code === 'nickname-taken') {
      // Its own, most likely: the answer with the token never came.
      this.token = undefined;
      this.nickname = `${this.name} ${++this.#names}`;
    } else if (code === 'internal') {
      this.wrong('the server made a mistake');
      return false;
    } else return PASSING.includes(code);
    return true;
  }

  wrong(error: unknown): void {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.journal.note(this.name, { kind: 'wrong', what });
  }

  #open(over: CarrierName): Carrier {
    if (over === 'long-poll' || over === 'interval') return new PollCarrier(this, over);
    if (over === 'stream') return new StreamCarrier(this);
    return new SocketCarrier(this, over);
  }

  #send(message: Pick<Message, 'id' | 'text'>): Promise<void> {
    return this.#sendUntilAnswered(message).catch((error: unknown) => this.wrong(error));
  }

  async #sendUntilAnswered(message: Pick<Message, 'id' | 'text'>): Promise<void> {
    while (!this.#stopped) {
      if (this.#carrier && (await this.#attempt(this.#carrier, message))) return;
      await again(this);
    }
  }

  /** Whether it has been answered for good. */
  async #attempt(carrier: Carrier, { id, text }: Pick<Message, 'id' | 'text'>): Promise<boolean> {
    const attempt = this.journal.nextAttempt();
    this.journal.note(this.name, { kind: 'sent', attempt, id, text, over: this.#over! });
    try {
      const { message, duplicate } = await carrier.send({ id, text });
      this.journal.note(this.name, { kind: 'acknowledged', attempt, id, message, duplicate });
      this.#settled.push({ id, text });
      return true;
    } catch (error) {
      if (error instanceof Lost) return false;
      if (!(error instanceof Refused)) throw error;
      const { code } = error.problem;
      this.journal.note(this.name, { kind: 'refused', attempt, id, code });
      return !this.renew(code);
    }
  }
}
