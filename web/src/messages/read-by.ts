import type { Entry, Read } from '../data/client/index.js';
import { isSame } from '../data/kept.js';
import type { Row } from './rows.js';

/**
 * Under which message each reader is shown: the last one that they have read. Oneself is not shown, nor whoever
 * said that message: that they know it goes without saying.
 */
export function readersOf(
  entries: readonly Entry[],
  reads: readonly Read[],
  selves: ReadonlySet<string>,
): ReadonlyMap<string, readonly Read[]> {
  // Before a reset there was another log, of which the marks say nothing.
  const messages = entries
    .slice(entries.findLastIndex((entry) => entry.kind === 'reset') + 1)
    .flatMap((entry) => (entry.kind === 'message' ? [entry.message] : []));
  const readers = new Map<string, Read[]>();
  for (const read of reads) {
    if (selves.has(read.userId)) continue;
    const message = messages[lastUpTo(messages, read.seq)];
    if (!message || message.userId === read.userId) continue;
    const others = readers.get(message.id);
    if (others) others.push(read);
    else readers.set(message.id, [read]);
  }
  for (const others of readers.values()) others.sort((a, b) => a.nickname.localeCompare(b.nickname));
  return readers;
}

/** Who is shown under which message of a group. */
export type GroupReaders = Readonly<Record<string, readonly Read[]>>;

/** The same by groups, so that each is told of its own alone; those without readers are left out. */
export function readersByGroup(
  rows: readonly Row[],
  readers: ReadonlyMap<string, readonly Read[]>,
): Record<string, GroupReaders> {
  const groups = rows.flatMap((row) => {
    if (row.kind !== 'group') return [];
    const own = row.lines.flatMap(({ id }): [string, readonly Read[]][] => {
      const people = readers.get(id);
      return people ? [[id, people]] : [];
    });
    return own.length > 0 ? [[row.key, Object.fromEntries(own)] as const] : [];
  });
  return Object.fromEntries(groups);
}

/** The readers now, with those of a group as they were before where nobody read on, so that it is not drawn anew. */
export function keptReaders(
  before: Readonly<Record<string, GroupReaders>>,
  now: Readonly<Record<string, GroupReaders>>,
): Record<string, GroupReaders> {
  const entries = Object.entries(now).map(([key, readers]): [string, GroupReaders] => {
    const old = before[key];
    return [key, old && isSame(old, readers) ? old : readers];
  });
  return Object.fromEntries(entries);
}

/** "Read by Ann, Bo and 3 others". */
export function readByText(names: readonly string[], named = 3): string {
  const shown = names.length > named + 1 ? names.slice(0, named) : names;
  const rest = names.length - shown.length;
  const parts = rest > 0 ? [...shown, `${rest} others`] : shown;
  const last = parts.at(-1) ?? 'nobody';
  return `Read by ${parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${last}` : last}`;
}

/** By halving: there are thousands of messages, and marks of hundreds of people. */
function lastUpTo(messages: readonly { seq: number }[], seq: number): number {
  let [from, to] = [0, messages.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((messages[middle]?.seq ?? Infinity) <= seq) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
