import { Refusal } from '../domain/problem.js';

/** How many of something each address has open. */
export class AddressCounter {
  readonly #counts = new Map<string, number>();

  constructor(private readonly limit: number) {}

  isFull(address: string): boolean {
    return (this.#counts.get(address) ?? 0) >= this.limit;
  }

  /**
   * Counts one more; the answer, called any number of times, gives it back.
   *
   * @throws Refusal `rate-limited` when the address has as many as it may
   */
  take(address: string, detail: string): () => void {
    if (this.isFull(address)) throw new Refusal('rate-limited', detail, { retryAfterMs: 1000 });
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = this.#counts.get(address)! - 1;
      if (left > 0) this.#counts.set(address, left);
      else this.#counts.delete(address);
    };
  }
}
