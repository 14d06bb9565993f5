import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Message, MessagePage, RoomState } from '../../openapi/generated/chat.js';
import { get, post } from '../support/http.js';
import type { Journal } from './record.js';
import type { Servers } from './servers.js';

/** Between two looks at a server; in milliseconds. */
const LOOK_EVERY = 50;
/** So long a look at a server takes at most; in milliseconds. */
const LOOK_WITHIN = 2_000;

/** The last message of a room. */
export interface Last {
  epoch: string;
  id: string;
  seq: number;
}

/** Asks each of the servers itself, over a network that is fine. What never comes it notes as wrong. */
export class Witness {
  constructor(
    private readonly servers: Servers,
    private readonly room: string,
    private readonly journal: Journal,
    /** So long it waits for a server, in milliseconds. */
    private readonly patience: number,
  ) {}

  /** Resolves when all servers have found what they need. */
  async ready(): Promise<void> {
    await this.#ofEach('has not caught up with its store', async (url) => {
      return (await get(url, '/health/ready', look())).status === 200;
    });
  }

  /** Resolves when no server goes on with one of the old logs. */
  async renewed(old: Set<string>): Promise<void> {
    await this.#ofEach('has not caught up with the new log', async (url) => !old.has((await this.#state(url)).epoch));
  }

  /** Resolves when all servers tell of the same end of the log, though nothing more is said. */
  async agreed(): Promise<void> {
    const isOne = async () => {
      const states = await Promise.all(this.servers.urls.map((url) => this.#state(url)));
      return new Set(states.map(({ epoch, seq }) => `${epoch}:${seq}`)).size === 1;
    };
    await this.#until(isOne, 'servers', 'one of them has not caught up with the others');
  }

  /** Says the last message. */
  async ring(seed: number): Promise<Last> {
    const { journal, room } = this;
    const { urls } = this.servers;
    const url = urls[seed % urls.length]!;
    const attempt = journal.nextAttempt();
    const [id, text] = [randomUUID(), 'the end'];
    journal.note('bell', { kind: 'sent', attempt, id, text, over: 'rest' });
    const { status, data } = await post(url, '/api/chat/send', { id, text, room, nickname: `bell ${seed}` });
    if (status >= 300) throw new Error(`the last message was refused: ${data.code}`);
    journal.note('bell', { kind: 'acknowledged', attempt, id, ...data });
    return { epoch: (await this.#state(url)).epoch, id, seq: data.message.seq };
  }

  /** Reads back from each server all that it knows of the log. */
  async readBack(last: Last): Promise<void> {
    for (const [n, url] of this.servers.urls.entries()) {
      const name = n === 0 ? 'witness' : `witness ${n + 1}`;
      const hasCaughtUp = async () => {
        const { epoch, seq } = await this.#state(url);
        return epoch === last.epoch && seq >= last.seq;
      };
      await this.#until(hasCaughtUp, name, 'has not caught up');
      await this.#readBackFrom(url, name);
    }
  }

  async #readBackFrom(url: string, name: string): Promise<void> {
    const link = this.journal.nextLink();
    this.journal.note(name, { kind: 'asked', link, over: 'rest' });
    const { epoch, seq, cursor, recovered, messages } = await this.#state(url);
    this.journal.note(name, { kind: 'answered', link, answer: { epoch, seq, cursor, recovered, messages } });
    const history: Message[] = [];
    for (;;) {
      const before = history[0] ? `&before=${history[0].seq}` : '';
      const path = `/api/chat/messages?room=${this.room}&limit=100${before}`;
      const page = (await get(url, path)).data as MessagePage;
      if (page.messages.length === 0) break;
      history.unshift(...page.messages);
    }
    this.journal.note(name, { kind: 'history', epoch, seq, messages: history });
  }

  async #state(url: string): Promise<RoomState> {
    return (await get(url, `/api/chat/events?room=${this.room}`, look())).data;
  }

  async #ofEach(what: string, isSo: (url: string) => Promise<boolean>): Promise<void> {
    const { servers } = this;
    // By its number: one that is killed is started at another address.
    await Promise.all(servers.urls.map((_, n) => this.#until(() => isSo(servers.urls[n]!), `server ${n + 1}`, what)));
  }

  async #until(met: () => Promise<boolean>, client: string, what: string): Promise<void> {
    const end = performance.now() + this.patience;
    while (!(await met().catch(() => false))) {
      if (performance.now() > end) return this.journal.note(client, { kind: 'wrong', what });
      await pause(LOOK_EVERY);
    }
  }
}

const look = () => ({ signal: AbortSignal.timeout(LOOK_WITHIN) });
