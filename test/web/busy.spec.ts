import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Entry } from '../../web/src/data/client/timeline.js';
import { Gathered } from '../../web/src/data/gathered.js';
import { kept } from '../../web/src/data/kept.js';
import { Announcer } from '../../web/src/messages/announcer.js';
import { keptReaders, readersByGroup } from '../../web/src/messages/read-by.js';
import { rowsOf } from '../../web/src/messages/rows.js';
import { earlierKey, laterKey, stretchOf } from '../../web/src/messages/stretch.js';
import { event } from '../support/events.js';

const entries = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index).map((seq) => ({
    kind: 'message',
    key: seq,
    message: event(seq).message,
  }));
const keys = (shown: readonly Entry[]) => [shown[0]?.key, shown.at(-1)?.key];

describe('what changes', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is shown at once after a quiet moment, and together when it comes in a row', () => {
    const shown: number[] = [];
    const gathered = new Gathered(() => shown.push(performance.now()));
    const from = performance.now();
    for (let at = 0; at < 1_000; at += 10) {
      gathered.later();
      jest.advanceTimersByTime(10);
    }
    expect(shown[0]).toBe(from);
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.length).toBeLessThan(20);
    jest.advanceTimersByTime(1_000);
    const before = shown.length;
    gathered.later();
    expect(shown).toHaveLength(before + 1);
  });

  it('is shown at once when the person did it, and not once more', () => {
    let shown = 0;
    const gathered = new Gathered(() => shown++);
    gathered.later();
    gathered.later();
    gathered.now();
    expect(shown).toBe(2);
    jest.advanceTimersByTime(1_000);
    expect(shown).toBe(2);
  });

  it('leaves the rows that say the same as they were', () => {
    const rows = (to: number) => rowsOf(entries(1, to), [], { nickname: 'Me', selves: new Set<string>() });
    const before = rows(3);
    const now = kept(before, rows(3), ({ key }) => key);
    expect(now.map((row, index) => row === before[index])).toEqual(before.map(() => true));
    const more = kept(before, rows(4), ({ key }) => key);
    expect(more.map((row, index) => row === before[index])).toEqual([true, false]);
    expect(more).toEqual(rows(4));
  });

  it('tells each group of its own readers alone', () => {
    const [first] = entries(1, 1);
    const rows = rowsOf(entries(1, 2), [], { nickname: 'Me', selves: new Set<string>() });
    const id = first?.kind === 'message' ? first.message.id : '';
    const bo = { userId: 'u_bo', nickname: 'Bo', seq: 1 };
    expect(readersByGroup(rows, new Map([[id, [bo]]]))).toEqual({ [id]: { [id]: [bo] } });
    expect(readersByGroup(rows, new Map())).toEqual({});
    const readers = () => readersByGroup(rows, new Map([[id, [{ ...bo }]]]));
    const before = readers();
    expect(keptReaders(before, readers())[id]).toBe(before[id]);
    const moved = readersByGroup(rows, new Map([[id, [{ ...bo, seq: 2 }]]]));
    expect(keptReaders(before, moved)).toEqual(moved);
  });
});

describe('what is in the page', () => {
  it('is all of it while that is little', () => {
    expect(stretchOf([], undefined)).toEqual({ shown: [], before: 0, after: 0 });
    expect(stretchOf(entries(1, 30), undefined)).toMatchObject({ before: 0, after: 0 });
    expect(stretchOf(entries(1, 30), 10)).toMatchObject({ before: 9, after: 0 });
  });

  it('is bounded at the end, and begins at the same entry for a while', () => {
    const begins = new Set<number | undefined>();
    for (let to = 1_000; to < 1_200; to++) {
      const { shown, after } = stretchOf(entries(1, to), undefined);
      expect([shown.at(-1)?.key, after]).toEqual([to, 0]);
      expect(shown.length).toBeLessThan(200);
      expect(shown.length).toBeGreaterThanOrEqual(100);
      begins.add(shown[0]?.key);
    }
    expect(begins.size).toBeLessThan(10);
  });

  it('is bounded further up too, and can be moved both ways to either end without leaving anything out', () => {
    const all = entries(1, 2_000);
    let stretch = stretchOf(all, 1_500);
    const seen = new Set(stretch.shown);
    while (stretch.before > 0) {
      stretch = stretchOf(all, earlierKey(all, stretch));
      for (const entry of stretch.shown) seen.add(entry);
      expect(stretch.shown.length).toBeLessThanOrEqual(400);
    }
    expect(keys(stretch.shown)[0]).toBe(1);
    while (stretch.after > 0) {
      stretch = stretchOf(all, laterKey(all, stretch));
      for (const entry of stretch.shown) seen.add(entry);
      expect(stretch.shown.length).toBeLessThanOrEqual(400);
    }
    expect(keys(stretch.shown)[1]).toBe(2_000);
    expect(seen.size).toBe(2_000);
  });

  it('does not go away with the entry at which it began', () => {
    expect(keys(stretchOf(entries(900, 2_000), 10).shown)[0]).toBe(900);
  });
});

describe('a screen reader', () => {
  it('reads each message of a quiet room', () => {
    const announcer = new Announcer();
    for (let now = 0; now < 60_000; now += 2_000) {
      expect([announcer.heard(1, now), announcer.isBusy]).toEqual(['', false]);
    }
  });

  it('hears of a busy room now and then how many messages there were, and none is left out', () => {
    const announcer = new Announcer();
    const said: string[] = [];
    for (let now = 0; now < 65_000; now += 100) {
      const text = announcer.heard(7 + said.length, now);
      if (text !== said.at(-1)) said.push(text);
    }
    expect(announcer.isBusy).toBe(true);
    expect(said).toHaveLength(7);
    const counts = said.map((text) => Number.parseInt(text, 10));
    expect(counts.slice(1)).toEqual([1, 2, 3, 4, 5, 6].map((step) => (7 + step) * 100));
  });

  it('hears the rest when the room has become quiet, and then each message again', () => {
    const announcer = new Announcer();
    expect(announcer.heard(100, 0)).toBe('100 new messages');
    expect(announcer.heard(1, 1_000)).toBe('100 new messages');
    expect([announcer.heard(0, 20_000), announcer.isBusy]).toEqual(['1 new message', false]);
    expect([announcer.heard(1, 30_000), announcer.isBusy]).toEqual(['', false]);
  });
});
