import { Load } from './load-process.ts';
import type { Section } from './section.ts';
import { Subject, type SubjectName } from './subject.ts';

export interface Options {
  /** How often each measurement is made; the median counts. */
  runs: number;
  /** Seconds of one measurement. */
  seconds: number;
  /** By how much the numbers of people and rounds are made smaller. */
  shrink: number;
}

export const FULL: Options = { runs: 3, seconds: 3, shrink: 1 };
export const QUICK: Options = { runs: 1, seconds: 1, shrink: 10 };

export interface Scenario {
  name: string;
  title: string;
  /** Left out unless it is asked for by its name. */
  onRequest?: boolean;
  run(bench: Bench): Promise<Table>;
}

export type Table = Omit<Section, 'name' | 'title'>;

/** What a scenario has to work with. */
export class Bench {
  readonly options: Options;
  readonly #running = new Set<{ stop(): Promise<void> }>();

  constructor(options: Options) {
    this.options = options;
  }

  /** So many people, or fewer in a quick bench. */
  people(full: number): number {
    return Math.max(2, Math.round(full / this.options.shrink));
  }

  /** A fresh server and a fresh load generator, which are gone afterwards whatever happens. */
  async with<Result>(
    name: SubjectName,
    work: (subject: Subject, load: Load) => Promise<Result>,
    environment: Record<string, string> = {},
  ): Promise<Result> {
    const subject = new Subject(name, environment);
    const load = new Load();
    const both = [subject, load];
    for (const process of both) this.#running.add(process);
    try {
      await subject.start();
      return await work(subject, load);
    } finally {
      await Promise.all(both.map((process) => process.stop()));
      for (const process of both) this.#running.delete(process);
    }
  }

  /** Each in turn, and then all again: what disturbs the machine for a while disturbs them alike. */
  async interleaved<Item, Result>(
    items: Item[],
    measure: (item: Item) => Promise<Result>,
    enough: (results: Result[]) => boolean = () => false,
  ): Promise<Result[][]> {
    const results = items.map((): Result[] => []);
    for (let run = 0; run < this.options.runs; run++) {
      for (const [index, item] of items.entries()) {
        const own = results[index]!;
        if (own.length > 0 && enough(own)) continue;
        own.push(await measure(item));
        process.stderr.write('.');
      }
    }
    return results;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((process) => process.stop()));
  }
}
