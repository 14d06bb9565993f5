import { backoff, type Clock } from './clock.js';
import type { SendAnswer, SendCommand } from './contract.js';
import { Refused } from './errors.js';
import type { Outbox, Outgoing } from './outbox.js';

/** What can take a message to the server. */
export interface Road {
  send(command: SendCommand): Promise<SendAnswer>;
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
  private waiting: (() => void) | undefined;

  constructor(private readonly options: SenderOptions) {}

  /** Sends what there is to send, unless it is under way or waiting to be tried again. */
  pump(): void {
    const item = this.options.outbox.next;
    const road = this.options.road();
    if (!item || !road || this.inFlight !== undefined || this.waiting) return;
    this.inFlight = item.id;
    void this.carry(item, road).finally(() => this.done(item.id));
  }

  /** There is a new carrier: what waited does not wait any longer. */
  pumpNow(): void {
    this.failures = 0;
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

  private async carry({ id, text }: Outgoing, road: Road): Promise<void> {
    const { outbox, changed, unauthorized } = this.options;
    try {
      const { message } = await road.send({ id, text });
      this.failures = 0;
      outbox.acknowledge(id, message);
      changed();
    } catch (error) {
      const final = error instanceof Refused && !error.passing && error.problem.code !== 'unauthorized';
      if (final) {
        outbox.refuse(id, error.problem);
        return changed();
      }
      this.tryLater();
      if (error instanceof Refused && error.problem.code === 'unauthorized') unauthorized();
    }
  }

  private tryLater(): void {
    this.waiting?.();
    this.waiting = this.options.clock.after(backoff(this.failures++, 1_000, 15_000), () => {
      this.waiting = undefined;
      this.pump();
    });
  }
}
