import type { Message } from '../../../openapi/generated/chat.js';
import type { Entry, Run } from '../record.js';
import { finalLog, logsOf, losesLog } from './sightings.js';
import { plain, type Violation } from './violation.js';

type Acknowledged = Entry & { kind: 'acknowledged' };

/** What was acknowledged is kept, as it was acknowledged, and the same id gets the same message. */
export function brokenAcknowledgements(run: Run): Violation[] {
  const violations: Violation[] = [];
  const logs = logsOf(run);
  const isKept = keeper(run, logs);
  const firsts = new Map<string, Acknowledged>();
  /** By attempt, in which life of the log it began. */
  const began = new Map<number, { life: number; known: boolean }>();
  let life = 0;
  for (const entry of run.entries) {
    if (entry.kind === 'killed' && losesLog(run)) life++;
    if (entry.kind === 'sent') began.set(entry.attempt, { life, known: firsts.has(`${life} ${entry.id}`) });
    if (entry.kind !== 'acknowledged') continue;
    const { client, attempt, id, message, duplicate } = entry;
    const start = began.get(attempt)!;
    if (!message) {
      if (start.life === lives(run) && !mayBeKept(run, logs, id)) {
        violations.push({ promise: 'acknowledged means kept', client, evidence: `${id} is not in the log` });
      }
      continue;
    }
    const broken = (promise: Violation['promise'], evidence: string) => violations.push({ promise, client, evidence });
    if (message.id !== id) broken('once', `${id} was sent and ${message.id} acknowledged`);
    // One from before a restart that loses the log may be gone with it.
    if (start.life === lives(run) && !isKept(message)) {
      broken('acknowledged means kept', `acknowledged, but not in the log: ${plain(message)}`);
    }
    if (start.life !== life) continue;
    const first = firsts.get(`${life} ${id}`);
    if (!first) firsts.set(`${life} ${id}`, entry);
    else if (JSON.stringify(first.message) !== JSON.stringify(message)) {
      broken('once', `the same id got first ${plain(first.message)}, then ${plain(message)}`);
    }
    if (start.known && duplicate === false) broken('once', `sent again, and kept as if it were new: ${plain(message)}`);
  }
  return violations;
}

/** Whether a message is in the log, or could be in the part of it that is not known any more. */
function mayBeKept(run: Run, logs: ReturnType<typeof logsOf>, id: string): boolean {
  const final = finalLog(run);
  if (!final || (final.messages[0]?.seq ?? 0) > 1) return true;
  return [...(logs.get(final.epoch)?.values() ?? [])].some((message) => message.id === id);
}

const lives = (run: Run) => (losesLog(run) ? run.entries.filter(({ kind }) => kind === 'killed').length : 0);

/** Tells whether a message is in the log at the end; if that is no longer known, because it is too old, it is. */
function keeper(run: Run, logs: ReturnType<typeof logsOf>): (message: Message) => boolean {
  const final = finalLog(run);
  return (message) => {
    if (!final) return true;
    const there = logs.get(final.epoch)?.get(message.seq);
    if (there) return JSON.stringify(there) === JSON.stringify(message);
    return message.seq < (final.messages[0]?.seq ?? 0);
  };
}
