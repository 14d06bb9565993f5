import type { Entry } from '../data/client/index.js';

/** So many entries are in the page at the end of the room, and up to a step more: the oldest go by the step. */
const AT_END = 120;
const STEP = 40;
/** And so many at the most, where somebody looks at older ones. */
const MOST = 400;
/** By so many it is moved to what is before or after it. */
const MOVE = 100;

/** The part of what is known that is in the page: at its end, or from an entry on. */
export interface Stretch {
  readonly shown: readonly Entry[];
  /** How many entries are before it, and after it. */
  readonly before: number;
  readonly after: number;
}

/** @param firstKey of the entry with which it begins; none at the end */
export function stretchOf(entries: readonly Entry[], firstKey: number | undefined): Stretch {
  const from = firstKey === undefined ? endOf(entries) : Math.max(0, indexOf(entries, firstKey));
  const shown = entries.slice(from, firstKey === undefined ? undefined : from + MOST);
  return { shown, before: from, after: entries.length - from - shown.length };
}

/** The key from which on there is more of what is before. */
export function earlierKey(entries: readonly Entry[], { before }: Stretch): number {
  return entries[Math.max(0, before - MOVE)]?.key ?? 0;
}

/** The same for what is after. */
export function laterKey(entries: readonly Entry[], { before, after }: Stretch): number {
  return entries[before + Math.min(MOVE, after)]?.key ?? 0;
}

// Where it begins stays for a while: with the first message of a group, all of it is drawn anew.
function endOf(entries: readonly Entry[]): number {
  const first = entries.at(-AT_END);
  return first ? indexOf(entries, Math.floor(first.key / STEP) * STEP) : 0;
}

function indexOf(entries: readonly Entry[], key: number): number {
  return entries.findIndex((entry) => entry.key >= key);
}
