import { again, type Carrier, type Follower } from './carrier.js';
import { Lost, Refused } from './errors.js';
import { events, join, postMessage } from './rest.js';

/** Seconds that a long poll waits at most. */
const WAIT = 10;

/** Asks again and again what came after the cursor, with a wait or without. */
export class PollCarrier implements Carrier {
  readonly #stop = new AbortController();

  constructor(
    private readonly follower: Follower,
    private readonly over: 'long-poll' | 'interval',
  ) {}

  start(): void {
    void this.#follow().catch((error: unknown) => this.follower.wrong(error));
  }

  stop(): void {
    this.#stop.abort();
  }

  send(message: { id: string; text: string }) {
    return postMessage(this.follower, message);
  }

  async #follow(): Promise<void> {
    const { follower } = this;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#ask();
        if (this.over === 'interval') await again(follower);
      } catch (error) {
        if (!(error instanceof Lost || error instanceof Refused)) throw error;
        if (error instanceof Refused) follower.renew(error.problem.code);
        await again(follower);
      }
    }
  }

  async #ask(): Promise<void> {
    const { follower } = this;
    const { signal } = this.#stop;
    await join(follower, signal);
    const since = follower.cursor;
    const link = follower.asked(this.over, since);
    const answer = await events(follower, { since, wait: this.over === 'long-poll' ? WAIT : 0 }, signal);
    if (!signal.aborted) follower.answered(link, answer);
  }
}
