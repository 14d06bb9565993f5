import { Refusal } from '../domain/problem.js';

/** How many of something each address has open. */
export class AddressCounter {
  readonly #counts = new Map<string, number>();

  constructor(private readonly limit: number) {}

  isFull(address: string): boolean {
    return (this.#counts.get(address) ?? 0) >= this.limit;
  }

  /**
   * Counts one more, to be given back once by {@link release}.
   *
   * @throws Refusal `rate-limited` when the address has as many as it may
   */
  take(address: string, detail: string): void {
    if (this.isFull(address)) throw new Refusal('rate-limited', detail, { retryAfterMs: 1000 });
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
  }

  release(address: string): void {
    const left = this.#counts.get(address)! - 1;
    if (left > 0) this.#counts.set(address, left);
    else this.#counts.delete(address);
  }
}
