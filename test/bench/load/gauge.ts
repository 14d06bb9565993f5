import { monitorEventLoopDelay } from 'node:perf_hooks';

/** In milliseconds. */
const RESOLUTION = 5;

/** From here on the load generator itself may be what is measured: share of a core, milliseconds. */
const BUSY = 0.9;
const LATE = 100;

export interface Strain {
  /** Share of one core that the load generator used. */
  cpu: number;
  /** How late its own event loop was, 99th percentile, in milliseconds. */
  lag: number;
  saturated: boolean;
}

/** Watches the load generator itself. */
export class Gauge {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  readonly #from = performance.now();
  readonly #used = process.cpuUsage();

  constructor() {
    this.#delay.enable();
  }

  read(): Strain {
    this.#delay.disable();
    const { user, system } = process.cpuUsage(this.#used);
    const cpu = (user + system) / 1_000 / (performance.now() - this.#from);
    const lag = this.#delay.count === 0 ? 0 : Math.max(0, this.#delay.percentile(99) / 1e6 - RESOLUTION);
    return { cpu, lag, saturated: cpu > BUSY || lag > LATE };
  }
}
