import { backoff, type Clock } from './clock.js';
import type { Problem, SendAnswer, SendCommand } from './contract.js';
import { Refused } from './errors.js';
import type { Outbox, Outgoing } from './outbox.js';

/**
 * Older ones are not sent by themselves: the server remembers ids for a day, and only while it does is a
 * message that is sent again recognised. Far less than a day, since two clocks take part.
 */
const LONGEST_MS = 12 * 60 * 60 * 1000;

/** What can take something to the server. */
export interface Road {
  send(command: SendCommand): Promise<SendAnswer>;
  type(typing: boolean): Promise<unknown>;
  mark(seq: number): Promise<unknown>;
}

export interface SenderOptions {
  outbox: Outbox;
  clock: Clock;
  /** The carrier of this moment, if there is one. */
  road: () => Road | undefined;
  changed: () => void;
  /** The token is no longer good; the message stays where it is. */
  unauthorized: () => void;
}

/**
 * The one road for sends and resends: the first of the outbox goes out, under the same id, until the server
 * has answered; then the next.
 */
export class Sender {
  private inFlight: string | undefined;
  private failures = 0;
  /** The server said when to come again; a new carrier does not change that. */
  private limitedUntil = 0;
  private waiting: (() => void) | undefined;

  constructor(private readonly options: SenderOptions) {}

  /** Sends what there is to send, unless it is under way or waiting to be tried again. */
  pump(): void {
    const road = this.options.road();
    if (!road || this.inFlight !== undefined || this.waiting) return;
    const item = this.nextInTime();
    if (!item) return;
    this.inFlight = item.id;
    void this.carry(item, road).finally(() => this.done(item.id));
  }

  /** There is a new carrier: what waited does not wait any longer. */
  pumpNow(): void {
    this.failures = 0;
    if (this.limitedUntil > this.options.clock.now()) return;
    this.waiting?.();
    this.waiting = undefined;
    this.pump();
  }

  /** A message has settled by another way than its answer; the next need not wait for that. */
  done(id: string): void {
    if (this.inFlight !== id) return;
    this.inFlight = undefined;
    this.pump();
  }

  private nextInTime(): Outgoing | undefined {
    const { outbox, clock, changed } = this.options;
    const now = clock.date().getTime();
    let tooOld = false;
    for (;;) {
      const item = outbox.next;
      if (!item || now - item.at <= LONGEST_MS) {
        if (tooOld) changed();
        return item;
      }
      outbox.refuse(item.id, TOO_OLD);
      tooOld = true;
    }
  }

  private async carry({ id, text }: Outgoing, road: Road): Promise<void> {
    const { outbox, changed, unauthorized } = this.options;
    try {
      const { message } = await road.send({ id, text });
      this.failures = 0;
      outbox.acknowledge(id, message);
      changed();
    } catch (error) {
      const wait = error instanceof Refused ? error.retryAfterMs : undefined;
      if (wait !== undefined) return this.postpone(id, wait);
      const final = error instanceof Refused && !error.passing && error.problem.code !== 'unauthorized';
      if (final) {
        outbox.refuse(id, error.problem);
        return changed();
      }
      this.tryLater();
      if (error instanceof Refused && error.problem.code === 'unauthorized') unauthorized();
    }
  }

  /** It goes out again when the server wants it, and what was written after it waits behind it. */
  private postpone(id: string, ms: number): void {
    const { outbox, clock, changed } = this.options;
    this.limitedUntil = clock.now() + ms;
    outbox.postpone(id, this.limitedUntil);
    changed();
    // A little more, because the clocks of two devices run a little apart.
    this.pumpIn(ms + 50, () => outbox.postpone(id, undefined));
  }

  private tryLater(): void {
    this.pumpIn(backoff(this.failures++, 1_000, 15_000));
  }

  private pumpIn(ms: number, first: () => void = () => undefined): void {
    this.waiting?.();
    this.waiting = this.options.clock.after(ms, () => {
      this.waiting = undefined;
      first();
      this.pump();
      this.options.changed();
    });
  }
}

/** Told by this client, not by the server; the person decides. */
const TOO_OLD: Problem = {
  type: 'urn:live-chat-room:unavailable',
  title: 'Not available',
  status: 503,
  detail: 'There was no way to send it for many hours, and it may have been sent before that.',
  code: 'unavailable',
};
