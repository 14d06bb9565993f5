import { EnvError } from 'envalid';
import { LIMIT_SCOPES, type LimitRule, type LimitRules, type LimitScope, type Quota } from './edge/limits.js';

type ScopeRules = LimitRules[keyof LimitRules];

/** `<calls>/<seconds>s+<calls>/<seconds>s`: the rate, and the burst beyond it. */
const RULE = /^(\w+)=(\d{1,7})\/(\d{1,6})s\+(\d{1,7})\/(\d{1,6})s$/;

/**
 * Reads what a `CHAT_LIMIT_…` variable says: a rule for each scope, apart by spaces, or `off`.
 *
 * @throws EnvError
 */
export function parseLimit(text: string): ScopeRules {
  if (text.trim() === 'off') return {};
  const rules = text.trim().split(/\s+/).map(parseRule);
  return Object.fromEntries(rules);
}

function parseRule(text: string): [LimitScope, LimitRule] {
  const [, scope, ...numbers] = RULE.exec(text) ?? [];
  const [calls = 0, seconds = 0, burstCalls = 0, burstSeconds = 0] = numbers.map(Number);
  if (!LIMIT_SCOPES.some((known) => known === scope) || [calls, seconds, burstCalls, burstSeconds].includes(0)) {
    throw new EnvError(
      `must be off, or rules such as person=5/1s+10/10s for ${LIMIT_SCOPES.join(', ')}; ${text} is none`,
    );
  }
  const quota = (ofCalls: number, ofSeconds: number): Quota => ({ calls: ofCalls, seconds: ofSeconds });
  return [scope as LimitScope, { rate: quota(calls, seconds), burst: quota(burstCalls, burstSeconds) }];
}
