import type { Run } from '../record.js';
import { sightings } from './sightings.js';
import { plain, type Violation } from './violation.js';

/** These may be different a moment later, for the same request. */
const PASSING = ['unavailable', 'rate-limited', 'unauthorized', 'nickname-taken'];

interface Saying {
  text: string;
  attempts: Set<number>;
  refused: Set<number>;
}

/** Nothing is in a log that nobody sent so, or that was refused. */
export function brokenRefusals(run: Run): Violation[] {
  const sayings = new Map<string, Saying[]>();
  for (const entry of run.entries) {
    if (entry.kind === 'sent') {
      const known = sayings.get(entry.id) ?? [];
      const saying = known.find(({ text }) => text === entry.text);
      if (saying) saying.attempts.add(entry.attempt);
      else known.push({ text: entry.text, attempts: new Set([entry.attempt]), refused: new Set() });
      sayings.set(entry.id, known);
    }
    if (entry.kind === 'refused' && !PASSING.includes(entry.code)) {
      const saying = sayings.get(entry.id)?.find(({ attempts }) => attempts.has(entry.attempt));
      saying?.refused.add(entry.attempt);
    }
  }
  const violations: Violation[] = [];
  for (const { client, message } of sightings(run)) {
    const saying = sayings.get(message.id)?.find(({ text }) => text === message.text);
    if (!saying) violations.push({ promise: 'once', client, evidence: `nobody said ${plain(message)}` });
    else if (saying.attempts.size === saying.refused.size) {
      violations.push({ promise: 'refusals are told', client, evidence: `refused, and yet there: ${plain(message)}` });
    }
  }
  return violations;
}
