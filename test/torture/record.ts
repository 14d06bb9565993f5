import type { Message, RoomEvents, RoomPulse, RoomState } from '../../openapi/generated/chat.js';

/** What a client was told when it asked where the room stands. */
export type Answer = Omit<RoomState, 'room' | 'online' | 'users'>;

/** A line of a page: a message, so many that are gone, or a log that began anew. */
export type Shown = { message: Message } | { missed: number } | { reset: true };

/** What a client did, or what it was told; a link is one connection, or one question and its answer. */
export type Observation =
  | { kind: 'asked'; link: number; over: string; since?: string }
  | { kind: 'answered'; link: number; answer: Answer }
  | { kind: 'told'; link: number; told: RoomEvents }
  | { kind: 'pulse'; link: number; pulse: Pick<RoomPulse, 'epoch' | 'seq'> }
  | { kind: 'sent'; attempt: number; id: string; text: string; over: string }
  /** A page does not tell the message if it is in what it missed. */
  | { kind: 'acknowledged'; attempt: number; id: string; message?: Message; duplicate?: boolean }
  | { kind: 'refused'; attempt: number; id: string; code: string }
  /** What the screen of a page shows in the end, and what it still has to send. */
  | { kind: 'shown'; lines: Shown[]; unsent: string[] }
  /** The whole history, read back page by page. */
  | { kind: 'history'; epoch: string; seq: number; messages: Message[] }
  /** What keeps the log: the server, or Redis with its file. Whether the log is gone with it is up to the store. */
  | { kind: 'killed' }
  | { kind: 'started' }
  /** What else happened to servers, and was mended; for whoever reads a record. */
  | { kind: 'harmed' | 'mended'; what: string }
  /** What the contract does not allow, or what never came. */
  | { kind: 'wrong'; what: string };

/** `at`, in milliseconds, is for whoever reads a record; nothing is decided by it. */
export type Entry = { client: string; at?: number } & Observation;

/** All that was seen of one room, in the order in which it was seen, and what had been promised about it. */
export interface Run {
  store: 'memory' | 'sqlite' | 'redis';
  /** How many messages the log keeps at least. */
  history: number;
  entries: Entry[];
}

/** Takes down what clients see, and wakes who waits for that. */
export class Journal {
  readonly entries: Entry[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #start = performance.now();
  #links = 0;
  #attempts = 0;

  note(client: string, observation: Observation): void {
    this.entries.push({ client, at: Math.round(performance.now() - this.#start), ...observation });
    this.wake();
  }

  /** Something may have come true. */
  wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Of all the logs that anybody was told of. */
  epochs(): Set<string> {
    return new Set(this.entries.flatMap((entry) => (entry.kind === 'answered' ? [entry.answer.epoch] : [])));
  }

  nextLink(): number {
    return ++this.#links;
  }

  nextAttempt(): number {
    return ++this.#attempts;
  }

  /** Waits until `met`, looked at whenever something is seen, but no longer than `ms`; tells whether it was. */
  async until(met: () => boolean, ms: number): Promise<boolean> {
    if (met()) return true;
    return new Promise((resolve) => {
      const done = (answer: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(answer);
      };
      const wake = () => met() && done(true);
      const timer = setTimeout(() => done(met()), ms);
      this.#waiting.add(wake);
    });
  }
}
