import type { Clock } from '../domain/clock.js';
import type { Message } from '../domain/event.js';
import { Refusal } from '../domain/problem.js';

/** Far longer than any client tries again. */
const KEPT_FOR = 24 * 60 * 60 * 1000;

/** The newest messages of a room by the ids that their senders chose, bounded in number and in time. */
export class RememberedIds {
  /** In the order of insertion, so that the oldest are first. */
  readonly #entries = new Map<string, { message: Message; until: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly limit: number,
  ) {}

  get size(): number {
    return this.#entries.size;
  }

  /**
   * @throws Refusal `id-conflict` when the id is remembered with another text
   */
  find(id: string, text: string): Message | undefined {
    const entry = this.#entries.get(id);
    if (!entry || entry.until <= this.clock.now()) return undefined;
    if (entry.message.text !== text) throw new Refusal('id-conflict', 'Choose a new id for a new message.');
    return entry.message;
  }

  add(message: Message): void {
    this.#entries.delete(message.id);
    this.#entries.set(message.id, { message, until: this.clock.now() + KEPT_FOR });
    for (const [id, { until }] of this.#entries) {
      if (this.#entries.size <= this.limit && until > this.clock.now()) break;
      this.#entries.delete(id);
    }
  }
}
