import { BurstyRateLimiter, RateLimiterRes, type RateLimiterLike } from 'rate-limiter-flexible';
import type { User } from '../domain/event.js';
import { Refusal } from '../domain/problem.js';

export const LIMITED_ACTIONS = ['send', 'join', 'rooms', 'typing', 'poll'] as const;
export type LimitedAction = (typeof LIMITED_ACTIONS)[number];

/** Whom a limit counts against. */
export const LIMIT_SCOPES = ['person', 'address', 'room'] as const;
export type LimitScope = (typeof LIMIT_SCOPES)[number];

/** So many calls in so many seconds. */
export interface Quota {
  calls: number;
  seconds: number;
}

export interface LimitRule {
  rate: Quota;
  /** What there is beyond the rate, for those who are quiet the rest of the time. */
  burst: Quota;
}

export type LimitRules = Record<LimitedAction, Partial<Record<LimitScope, LimitRule>>>;

/** Who calls, as far as it is known. */
export interface Caller {
  address: string;
  person?: User | undefined;
  /** The name of somebody without a token. */
  guest?: string;
}

/** Makes what counts calls; `name` tells it from all others, such as `send-person-rate`. */
export type CounterFactory = (name: string, quota: Quota) => RateLimiterLike;

interface Limit {
  scope: LimitScope;
  rule: LimitRule;
  limiter: BurstyRateLimiter;
}

const DETAILS: Record<LimitScope, string> = {
  person: 'You do this too often.',
  address: 'This is done too often from your address.',
  room: 'This is done too often in this room.',
};

/** How often things may be done, by whom; the same for every door. */
export class Limits {
  readonly #limits = new Map<LimitedAction, Limit[]>();

  constructor(rules: LimitRules, counterOf: CounterFactory) {
    for (const action of LIMITED_ACTIONS) {
      const limits = LIMIT_SCOPES.flatMap((scope) => {
        const rule = rules[action][scope];
        if (!rule) return [];
        const name = `${action}-${scope}`;
        const counters = [counterOf(`${name}-rate`, rule.rate), counterOf(`${name}-burst`, rule.burst)] as const;
        return [{ scope, rule, limiter: new BurstyRateLimiter(...counters) }];
      });
      this.#limits.set(action, limits);
    }
  }

  /**
   * Counts one call.
   *
   * @throws Refusal `rate-limited`, with when to try again
   */
  async take(action: LimitedAction, { address, person, guest }: Caller, room?: string): Promise<void> {
    const keys = { address, person: person?.userId ?? guest, room };
    for (const limit of this.#limits.get(action)!) {
      const key = keys[limit.scope];
      if (key !== undefined) await take(limit, key, `${action}-${limit.scope}`);
    }
  }
}

async function take({ scope, rule, limiter }: Limit, key: string, policy: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const retryAfterMs = Math.max(1, Math.ceil(error.msBeforeNext));
    const { calls, seconds } = rule.rate;
    throw new Refusal(
      'rate-limited',
      DETAILS[scope],
      { retryAfterMs },
      {
        // draft-ietf-httpapi-ratelimit-headers
        RateLimit: `"${policy}";r=0;t=${Math.ceil(retryAfterMs / 1000)}`,
        'RateLimit-Policy': `"${policy}";q=${calls};w=${seconds}`,
      },
    );
  }
}
