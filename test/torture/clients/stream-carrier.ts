import type { RoomEvents, RoomPulse } from '../../../openapi/generated/chat.js';
import { TestStream } from '../../support/sse.js';
import type { Answer } from '../record.js';
import { again, type Carrier, type Follower } from './carrier.js';
import { asLost, Lost, Refused } from './errors.js';
import { join, postMessage } from './rest.js';

/** Follows by server-sent events, and speaks by REST. */
export class StreamCarrier implements Carrier {
  readonly #stop = new AbortController();
  #stream?: TestStream;

  constructor(private readonly follower: Follower) {}

  start(): void {
    void this.#follow().catch((error: unknown) => this.follower.wrong(error));
  }

  stop(): void {
    this.#stop.abort();
    this.#stream?.close();
  }

  send(message: { id: string; text: string }) {
    return postMessage(this.follower, message);
  }

  async #follow(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await join(this.follower, this.#stop.signal);
        await this.#listen();
      } catch (error) {
        const what = asLost(error);
        if (!(what instanceof Lost || what instanceof Refused)) throw what;
        if (what instanceof Refused) this.follower.renew(what.problem.code);
      }
      await again(this.follower);
    }
  }

  async #listen(): Promise<void> {
    const { follower } = this;
    const { url, room, token, cursor, headers } = follower;
    const stream = new TestStream();
    this.#stream = stream;
    const link = follower.asked('stream', cursor);
    stream.onRecord = (name, payload) => {
      if (!this.#stop.signal.aborted) this.#take(link, name, payload);
    };
    // Half of the streams resume as a browser does.
    const position = follower.random.below(2) === 0 ? { lastEventId: cursor } : { since: cursor };
    await stream.open(url, {
      room,
      headers,
      ...(cursor !== undefined && position),
      ...(token !== undefined && { token }),
    });
    if (stream.problem) throw new Refused(stream.problem as Refused['problem']);
    await stream.end();
    stream.check();
  }

  #take(link: number, name: string, payload: unknown): void {
    const { follower } = this;
    if (name === 'room:joined') follower.answered(link, payload as Answer);
    if (name === 'room:events') follower.told(link, payload as RoomEvents);
    if (name === 'room:pulse') {
      follower.journal.note(follower.name, { kind: 'pulse', link, pulse: payload as RoomPulse });
    }
  }
}
