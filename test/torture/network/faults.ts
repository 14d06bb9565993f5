import type { Random } from '../../support/random.js';

/** Something that happens once, to the next that it can happen to. */
export type Accident = 'swallow' | 'replay' | 'cut-request' | 'cut-answer';

/** Something that lasts until it is healed. */
export type Weather = 'stall' | 'refuse' | 'delay' | 'split';

/** What is wrong with a link right now, and what will go wrong next. */
export class Faults {
  readonly #accidents = new Set<Accident>();
  #moving: PromiseWithResolvers<void> | undefined;
  #delay = 0;
  refusing = false;
  #splitting = false;

  constructor(private readonly random: Random) {}

  turn(weather: Weather): void {
    if (weather === 'stall') this.#moving ??= Promise.withResolvers<void>();
    if (weather === 'refuse') this.refusing = true;
    if (weather === 'delay') this.#delay = 1 + this.random.below(20);
    if (weather === 'split') this.#splitting = true;
  }

  arm(accident: Accident): void {
    this.#accidents.add(accident);
  }

  /** The weather is over, and what has not happened yet will not. */
  heal(): void {
    this.#moving?.resolve();
    this.#moving = undefined;
    this.refusing = false;
    this.#delay = 0;
    this.#splitting = false;
    this.#accidents.clear();
  }

  /** Whether it happens now. */
  takes(accident: Accident): boolean {
    return this.#accidents.delete(accident);
  }

  /** Resolves when bytes may move on. */
  async passable(): Promise<void> {
    if (this.#delay > 0) await new Promise((resolve) => setTimeout(resolve, this.#delay));
    while (this.#moving) await this.#moving.promise;
  }

  /** The chunk as it arrives: at once, or in two pieces. */
  parts(chunk: Buffer): Buffer[] {
    if (!this.#splitting || chunk.length < 2) return [chunk];
    const at = 1 + this.random.below(chunk.length - 1);
    return [chunk.subarray(0, at), chunk.subarray(at)];
  }
}
