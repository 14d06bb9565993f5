import { RateLimiterCompatibleAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import type { Clock } from '../domain/clock.js';
import type { Quota } from './limits.js';

/**
 * Counts calls in memory by the monotonic clock. The package's own limiter in memory goes by the wall clock:
 * set back an hour, it would lock people out for that hour.
 */
export class CallCounts extends RateLimiterCompatibleAbstract {
  /** In the order in which they end, since all last alike. */
  readonly #counts = new Map<string | number, { calls: number; until: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly quota: Quota,
  ) {
    super();
  }

  /** Whoever this stands in for hands these on; nothing is blocked or evened out here. */
  // @ts-expect-error the package declares as properties what are accessors in it
  override set blockDuration(_seconds: number) {}
  // @ts-expect-error as above
  override set execEvenly(_evenly: boolean) {}

  /**
   * @throws RateLimiterRes when it is too much, with the milliseconds until it is not
   */
  override async consume(key: string | number, calls = 1): Promise<RateLimiterRes> {
    const now = this.clock.now();
    for (const [ended, { until }] of this.#counts) {
      if (until > now) break;
      this.#counts.delete(ended);
    }
    const count = this.#counts.get(key) ?? { calls: 0, until: now + this.quota.seconds * 1000 };
    const isFirst = count.calls === 0;
    count.calls += calls;
    this.#counts.set(key, count);
    const left = this.quota.calls - count.calls;
    const outcome = new RateLimiterRes(Math.max(0, left), count.until - now, count.calls, isFirst);
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- as the package does
    if (left < 0) throw outcome;
    return outcome;
  }
}
