import type { Run } from '../record.js';

/** How often what the faults are meant to bring about came about. */
export interface Tally {
  messages: number;
  /** Sends that nobody answered, and that were repeated. */
  unanswered: number;
  /** Sends that were found to have been kept by an earlier one. */
  duplicates: number;
  refusals: number;
  /** Connections and questions that went on from a cursor, and were given what they lacked. */
  recoveries: number;
  /** Those for which it was too late, and who were told so. */
  gaps: number;
  /** What was done to servers, and made good. */
  harms: number;
}

export const NOTHING: Tally = {
  messages: 0,
  unanswered: 0,
  duplicates: 0,
  refusals: 0,
  recoveries: 0,
  gaps: 0,
  harms: 0,
};

export function tally({ entries }: Run): Tally {
  const of = (kind: string) => entries.filter((entry) => entry.kind === kind).length;
  const ids = new Set(entries.flatMap((entry) => (entry.kind === 'sent' ? [entry.id] : [])));
  const answers = entries.flatMap((entry) => (entry.kind === 'answered' ? [entry.answer] : []));
  return {
    messages: ids.size,
    unanswered: of('sent') - of('acknowledged') - of('refused'),
    duplicates: entries.filter((entry) => entry.kind === 'acknowledged' && entry.duplicate).length,
    refusals: of('refused'),
    recoveries: answers.filter(({ events = [] }) => events.length > 0).length,
    gaps: answers.filter(({ missed = 0 }) => missed > 0).length,
    harms: of('started') + of('mended'),
  };
}

export function sum(one: Tally, other: Tally): Tally {
  const names = Object.keys(NOTHING) as (keyof Tally)[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as unknown as Tally;
}
