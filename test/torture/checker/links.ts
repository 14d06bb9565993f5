import type { Event } from '../../../openapi/generated/chat.js';
import type { Answer, Entry, Run } from '../record.js';
import { plain, type Promised, type Violation } from './violation.js';

interface Position {
  epoch: string;
  seq: number;
}

interface Link {
  client: string;
  over: string;
  since: Position | undefined;
  /** Where it has come to. */
  at?: Position;
}

/** What one connection, or one question, was told: the answer fits the cursor, and the rest goes on from there. */
export function brokenLinks({ entries, history }: Run): Violation[] {
  const links = new Map<number, Link>();
  return entries.flatMap((entry): Violation[] => {
    if (!('link' in entry)) return [];
    const { client } = entry;
    if (entry.kind === 'asked') {
      links.set(entry.link, { client, over: entry.over, since: positionOf(entry.since) });
      return [];
    }
    const link = links.get(entry.link)!;
    const told = (promise: Promised, what: string): Violation => {
      const since = link.since ? `since ${link.since.epoch}:${link.since.seq}` : 'without a cursor';
      return { promise, client, evidence: `over ${link.over}, asked ${since}: ${what}` };
    };
    return [...brokenEntry(entry, link, history)].map(([promise, what]) => told(promise, what));
  });
}

function* brokenEntry(entry: Entry, link: Link, history: number): Generator<[Promised, string]> {
  if (entry.kind === 'answered') {
    yield* brokenAnswer(entry.answer, link.since, history);
    link.at = { epoch: entry.answer.epoch, seq: entry.answer.seq };
  }
  if (entry.kind === 'told') {
    const { epoch, events } = entry.told;
    if (epoch !== link.at?.epoch) yield ['a new log says so', `told of ${epoch} while at ${plain(link.at)}`];
    yield* brokenSequence(events, link.at?.seq ?? 0);
    link.at = { epoch, seq: events.at(-1)?.seq ?? 0 };
  }
  if (entry.kind === 'pulse' && plain(link.at) !== plain({ epoch: entry.pulse.epoch, seq: entry.pulse.seq })) {
    yield ['no silent loss', `the pulse tells ${plain(entry.pulse)}, the events came to ${plain(link.at)}`];
  }
}

function* brokenSequence(events: Event[], after: number): Generator<[Promised, string]> {
  let last = after;
  for (const { seq } of events) {
    if (seq !== last + 1) {
      yield [seq > last ? 'no silent loss' : 'one order', `event ${seq} came after event ${last}`];
    }
    last = seq;
  }
}

function* brokenAnswer(answer: Answer, since: Position | undefined, history: number): Generator<[Promised, string]> {
  const { epoch, seq, cursor, recovered, events, messages, missed } = answer;
  const isSameLog = since?.epoch === epoch;
  if (cursor !== `${epoch}:${seq}`) yield ['the contract', `the cursor of ${epoch}:${seq} is ${cursor}`];
  if (isSameLog && since.seq > seq) {
    yield ['acknowledged means kept', `the log ends at ${seq}, and so what was seen is gone`];
  } else if (recovered) {
    if (!isSameLog) return yield ['a new log says so', `recovered at ${cursor}`];
    const whole = events?.map((event) => event.seq) ?? [];
    const isWhole = whole.length === seq - since.seq && whole.every((each, n) => each === since.seq + 1 + n);
    if (!isWhole) yield ['recovered is whole', `recovered up to ${seq} with ${plain(whole)}`];
  } else {
    const seqs = messages?.map((message) => message.seq) ?? [];
    const first = seq + 1 - seqs.length;
    if (seqs.length < Math.min(history, seq) || !seqs.every((each, n) => each === first + n)) {
      yield ['no silent loss', `the snapshot at ${seq} of the last ${history} has ${plain(seqs)}`];
    }
    const gone = isSameLog ? first - 1 - since.seq : undefined;
    if (isSameLog && gone! <= 0) yield ['recovered is whole', `not recovered, though the log begins at ${first}`];
    else if (missed !== gone) yield ['missed is exact', `missed ${missed}, but ${gone} are gone before ${first}`];
  }
}

export function positionOf(cursor: string | undefined): Position | undefined {
  const [epoch, seq] = cursor?.split(':') ?? [];
  return epoch === undefined ? undefined : { epoch, seq: Number(seq) };
}
