import { randomUUID } from 'node:crypto';

/** About 230 bytes as a message of the contract. */
const TEXT_LENGTH = 64;

export const now = () => Number(process.hrtime.bigint());

/** Milliseconds. */
export interface Spread {
  p50: number | null;
  p99: number | null;
  max: number | null;
}

/** Messages carry the time at which they were sent, and of which run they are. */
export class Latencies {
  readonly #run = randomUUID().slice(0, 8);
  readonly #taken: number[] = [];

  text(): string {
    return `${this.#run} ${now()} `.padEnd(TEXT_LENGTH, '.');
  }

  take(text: string): void {
    const [run, sent] = text.split(' ', 2);
    if (run === this.#run) this.#taken.push((now() - Number(sent)) / 1e6);
  }

  spread(): Spread {
    const sorted = Float64Array.from(this.#taken).sort();
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
    return { p50: at(0.5), p99: at(0.99), max: at(1) };
  }
}
