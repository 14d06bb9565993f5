import type { Run } from '../record.js';
import { finalLog } from './sightings.js';
import { plain, type Violation } from './violation.js';

/** Whoever reads the log back in the end reads the same, wherever it is asked for. */
export function brokenAgreement(run: Run): Violation[] {
  const final = finalLog(run);
  return run.entries.flatMap((entry): Violation[] => {
    if (entry.kind !== 'history' || !final) return [];
    const { client, epoch, seq, messages } = entry;
    if (epoch !== final.epoch || seq !== final.seq) {
      const evidence = `reads a log that ends at ${epoch}:${seq}, others one that ends at ${final.epoch}:${final.seq}`;
      return [{ promise: 'one order', client, evidence }];
    }
    const at = messages.findIndex((message, n) => JSON.stringify(message) !== JSON.stringify(final.messages[n]));
    if (at < 0 && messages.length === final.messages.length) return [];
    const place = at < 0 ? messages.length : at;
    const evidence = `reads ${plain(messages[place])} where others read ${plain(final.messages[place])}`;
    return [{ promise: 'one order', client, evidence }];
  });
}
