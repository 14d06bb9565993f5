import { Logger } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** What `/metrics` tells, in the Prometheus text format. */
export class Metrics {
  readonly #logger = new Logger('Failures');
  readonly registry = new Registry();

  readonly slowReaders = new Counter({
    name: 'chat_slow_readers_cut_total',
    help: 'Listeners that were cut for reading too slowly.',
    registers: [this.registry],
  });
  readonly refusals = new Counter({
    name: 'chat_refusals_total',
    help: 'Refusals, by the code of their Problem.',
    labelNames: ['code'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** A mistake of ours that harmed nobody else. */
  failed(what: string, error: unknown): void {
    this.#logger.error(`${what}: ${error instanceof Error ? error.stack : 'unknown'}`);
  }

  /** A total that somebody else counts. */
  total(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  /** A figure that is read when somebody asks. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}
