import type { Run } from '../record.js';
import { plain, type Violation } from './violation.js';

/** A log has one epoch for as long as its store promises; after that another one that nobody knew. */
export function brokenEpochs({ store, entries }: Run): Violation[] {
  const violations: Violation[] = [];
  const old = new Set<string>();
  const seen = new Set<string>();
  /** Links that began after the last start, and so are answered by what was started. */
  let fresh = new Set<number>();
  for (const entry of entries) {
    if (entry.kind === 'killed' && store === 'memory') fresh = new Set();
    if (entry.kind === 'started' && store === 'memory') {
      for (const epoch of seen) old.add(epoch);
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
  const starts = store === 'memory' ? entries.filter(({ kind }) => kind === 'started').length : 0;
  if (seen.size > 1 + starts) {
    const evidence = `${starts} restarts that lose the log, but the epochs ${plain([...seen])}`;
    violations.push({ promise: 'acknowledged means kept', client: '-', evidence });
  }
  return violations;
}
