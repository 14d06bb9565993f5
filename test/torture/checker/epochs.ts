import type { Run } from '../record.js';
import { losesLog } from './sightings.js';
import { plain, type Violation } from './violation.js';

/** A log has one epoch for as long as its store promises; after that another one that nobody knew. */
export function brokenEpochs(run: Run): Violation[] {
  const { entries } = run;
  const violations: Violation[] = [];
  const old = new Set<string>();
  const seen = new Set<string>();
  let before = new Set<string>();
  /** Links that began after the last start, and so are answered by what was started. */
  let fresh = new Set<number>();
  for (const entry of entries) {
    if (entry.kind === 'killed' && losesLog(run)) {
      before = new Set(seen);
      fresh = new Set();
    }
    if (entry.kind === 'started' && losesLog(run)) {
      for (const epoch of before) old.add(epoch);
      fresh = new Set();
    }
    if (entry.kind === 'asked') fresh.add(entry.link);
    if (entry.kind !== 'answered') continue;
    const { epoch } = entry.answer;
    seen.add(epoch);
    if (fresh.has(entry.link) && old.has(epoch)) {
      const evidence = `asked after the restart, and told of the epoch from before it, ${epoch}`;
      violations.push({ promise: 'a new log says so', client: entry.client, evidence });
    }
  }
  const starts = losesLog(run) ? entries.filter(({ kind }) => kind === 'started').length : 0;
  if (seen.size > 1 + starts) {
    const evidence = `${starts} restarts that lose the log, but the epochs ${plain([...seen])}`;
    violations.push({ promise: 'acknowledged means kept', client: '-', evidence });
  }
  return violations;
}
