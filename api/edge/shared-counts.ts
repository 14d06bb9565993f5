import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { Clock } from '../domain/clock.js';
import { CallCounts } from './call-counts.js';
import type { CounterFactory } from './limits.js';

/** As much of a Redis client as rate-limiter-flexible needs. */
export interface SharedCounts {
  prefix: string;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/**
 * Counts calls for several processes together; while Redis cannot be reached, each counts for itself. The
 * package's own blocking of keys in memory is left off: it goes by the wall clock.
 */
export function sharedCounters(clock: Clock, shared: SharedCounts): CounterFactory {
  return (name, quota) =>
    new RateLimiterRedis({
      points: quota.calls,
      duration: quota.seconds,
      storeClient: shared,
      useRedisPackage: true,
      keyPrefix: `${shared.prefix}:${name}`,
      insuranceLimiter: new CallCounts(clock, quota),
    });
}
