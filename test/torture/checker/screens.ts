import type { Run, Shown } from '../record.js';
import { finalLog } from './sightings.js';
import { plain, type Promised, type Violation } from './violation.js';

/** What a page shows in the end is the log, with its gaps as wide as they are said to be. */
export function brokenScreens(run: Run): Violation[] {
  const final = finalLog(run);
  return run.entries.flatMap((entry): Violation[] => {
    if (entry.kind !== 'shown' || !final) return [];
    const { client, lines, unsent } = entry;
    const broken = (promise: Promised, evidence: string): Violation => ({ promise, client, evidence });
    const violations = [...brokenLines(lines)].map(([promise, evidence]) => broken(promise, evidence));
    if (unsent.length > 0) violations.push(broken('everyone catches up', `has still to send ${plain(unsent)}`));
    return [...violations, ...differences(lines, final.messages).map((what) => broken('one order', what))];
  });
}

function* brokenLines(lines: Shown[]): Generator<[Promised, string]> {
  let last: number | undefined;
  let missed = 0;
  const ids = new Set<string>();
  for (const line of lines) {
    if ('reset' in line) {
      last = undefined;
      ids.clear();
    } else if ('missed' in line) missed = line.missed;
    else {
      const { id, seq } = line.message;
      if (ids.has(id)) yield ['once', `shows ${plain(line.message)} twice`];
      ids.add(id);
      const between = last === undefined ? missed : seq - last - 1;
      if (between < 0) yield ['one order', `shows ${seq} below ${last}`];
      else if (between !== missed) {
        yield [
          missed > 0 ? 'missed is exact' : 'no silent loss',
          `shows ${last}, then a gap of ${missed}, then ${seq}`,
        ];
      }
      last = seq;
      missed = 0;
    }
  }
}

/** Where the last log of the screen is not the room's. */
function differences(lines: Shown[], messages: { seq: number }[]): string[] {
  const since = lines.slice(lines.findLastIndex((line) => 'reset' in line) + 1);
  const shown = since.flatMap((line) => ('message' in line ? [line.message] : []));
  const log = new Map(messages.map((message) => [message.seq, JSON.stringify(message)]));
  const different = shown.filter((message) => log.has(message.seq) && log.get(message.seq) !== JSON.stringify(message));
  const end = messages.at(-1)?.seq;
  const ends = shown.at(-1)?.seq === end ? [] : [`ends at ${shown.at(-1)?.seq}, the room at ${end}`];
  return [...different.map((message) => `shows ${plain(message)}`), ...ends];
}
