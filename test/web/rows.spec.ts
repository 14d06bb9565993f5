import { describe, expect, it } from '@jest/globals';
import type { Entry } from '../../web/src/data/client/timeline.js';
import { rowsOf } from '../../web/src/messages/rows.js';
import { event } from '../support/events.js';

const entries = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index).map((seq) => ({
    kind: 'message',
    key: seq,
    message: event(seq).message,
  }));

const laidOut = (list: Entry[], readUpTo: number | undefined, selves = new Set<string>()) =>
  rowsOf(list, [], { nickname: 'Me', selves, readUpTo }).map((row) =>
    row.kind === 'group' ? row.lines.map(({ seq }) => seq) : row.kind,
  );

describe('the rows', () => {
  it('are parted by the line before the first message that is new', () => {
    expect(laidOut(entries(1, 4), 2)).toEqual(['day', [1, 2], 'unread', [3, 4]]);
    expect(laidOut(entries(1, 4), 4)).toEqual(['day', [1, 2, 3, 4]]);
    expect(laidOut(entries(1, 4), undefined)).toEqual(['day', [1, 2, 3, 4]]);
  });

  it('have the day before that line', () => {
    expect(laidOut(entries(1, 2), 0)).toEqual(['day', 'unread', [1, 2]]);
  });

  it('have no line before one’s own', () => {
    expect(laidOut(entries(1, 4), 2, new Set(['u_ann']))).toEqual(['day', [1, 2, 3, 4]]);
  });

  it('know no place in the log of what was in another one', () => {
    const list: Entry[] = [
      ...entries(1, 2),
      { kind: 'reset', key: 3 },
      { kind: 'message', key: 4, message: event(1).message },
    ];
    expect(laidOut(list, 0)).toEqual(['day', [undefined, undefined], 'reset', 'unread', [1]]);
  });
});
