import { io } from 'socket.io-client';
import type { Message } from '../../../openapi/generated/chat.js';
import { ChatClient, type Clock, type Entry, Refused } from '../../../web/src/data/client/index.js';
import type { Shown } from '../record.js';
import { again } from './carrier.js';
import type { ClientOptions } from './follower-client.js';

/** Its patience is that of people; here everything happens five times as fast. */
const HASTE = 5;

/** The page's own client, as it runs in a browser but for the screen. */
export class PageClient {
  readonly name: string;
  readonly #client: ChatClient;
  readonly #unsettled = new Map<string, { attempt: number }>();
  #stopped = false;
  #names = 0;

  constructor(private readonly options: ClientOptions) {
    this.name = options.name;
    this.#client = new ChatClient({
      open: io,
      fetch: (request) => {
        for (const [name, value] of Object.entries(options.headers)) request.headers.set(name, value);
        return fetch(request);
      },
      url: options.link.url,
      room: options.room,
      clock: hastyClock(),
    });
    this.#client.subscribe(() => this.#look());
  }

  get link() {
    return this.options.link;
  }

  /** Goes in, and in again whenever it finds itself outside. */
  async start(): Promise<void> {
    while (!this.#stopped) {
      if (this.#client.state.phase === 'out') await this.#join();
      await again(this.options);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#client.leave();
  }

  /** Resolves when it was answered. */
  async say(text: string): Promise<void> {
    const { journal } = this.options;
    while (this.#client.state.phase !== 'in') {
      if (this.#stopped) return;
      await again(this.options);
    }
    const attempt = journal.nextAttempt();
    const id = this.#client.send(text);
    this.#unsettled.set(id, { attempt });
    journal.note(this.name, { kind: 'sent', attempt, id, text, over: 'page' });
    this.#look();
    while (!this.#stopped && this.#unsettled.has(id)) await again(this.options);
  }

  /** Nothing to send, and this is the newest message. */
  hasCaughtUp({ id }: { id: string }): boolean {
    const { outbox, entries } = this.#client.state;
    const last = entries.at(-1);
    return outbox.length === 0 && last?.kind === 'message' && last.message.id === id;
  }

  show(): void {
    const { entries, outbox } = this.#client.state;
    this.options.journal.note(this.name, {
      kind: 'shown',
      lines: entries.map(line),
      unsent: outbox.map(({ id }) => id),
    });
  }

  async #join(): Promise<void> {
    const nickname = this.#names === 0 ? this.name : `${this.name} ${this.#names}`;
    try {
      await this.#client.join(nickname);
    } catch (error) {
      // A name that is its own, but for an answer that never came: a person takes another.
      if (error instanceof Refused && error.problem.code === 'nickname-taken') this.#names++;
    }
  }

  /** What the outbox tells of what was sent. */
  #look(): void {
    if (this.#stopped) return;
    const { journal } = this.options;
    const { outbox, entries } = this.#client.state;
    for (const [id, { attempt }] of this.#unsettled) {
      const item = outbox.find((each) => each.id === id);
      const shown = entries.find((entry) => entry.kind === 'message' && entry.message.id === id);
      const message = item?.message ?? (shown as { message: Message } | undefined)?.message;
      if (item?.state === 'refused')
        journal.note(this.name, { kind: 'refused', attempt, id, code: item.problem!.code });
      else if (message) journal.note(this.name, { kind: 'acknowledged', attempt, id, message });
      // Settled in one go: it is in what the page missed.
      else if (!item) journal.note(this.name, { kind: 'acknowledged', attempt, id });
      else continue;
      this.#unsettled.delete(id);
    }
    journal.wake();
  }
}

function line(entry: Entry): Shown {
  if (entry.kind === 'message') return { message: entry.message };
  return entry.kind === 'gap' ? { missed: entry.missed } : { reset: true };
}

function hastyClock(): Clock {
  return {
    now: () => performance.now() * HASTE,
    date: () => new Date(),
    after: (ms, callback) => {
      const timer = setTimeout(callback, ms / HASTE);
      return () => clearTimeout(timer);
    },
  };
}
