import { describe, expect, it } from '@jest/globals';
import type { RoomState } from '../../openapi/generated/chat.js';
import { Timeline } from '../../web/src/data/client/timeline.js';
import { event } from '../support/events.js';

const state = (seq: number, members: Partial<RoomState>): RoomState => {
  return { room: 'lobby', epoch: 'e1', seq, cursor: `e1:${seq}`, recovered: false, online: 1, users: [], ...members };
};

const messages = (from: number, to: number) => range(from, to).map((seq) => event(seq).message);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** What is shown, in short. */
const shown = (timeline: Timeline) => {
  return timeline.entries.map((entry) => {
    if (entry.kind === 'message') return entry.message.seq;
    return entry.kind === 'gap' ? `${entry.missed} missed` : 'reset';
  });
};

function at(seq: number): Timeline {
  const timeline = new Timeline();
  timeline.apply(state(seq, { messages: messages(1, seq) }));
  return timeline;
}

describe('the room as a client knows it', () => {
  it('takes each event once, in order, whichever way it comes and however often', () => {
    const timeline = at(2);
    timeline.append({ epoch: 'e1', events: [event(3), event(4)] });
    timeline.append({ epoch: 'e1', events: [event(4), event(5)] });
    timeline.apply(state(5, { recovered: true, events: [event(3), event(4), event(5)] }));
    expect(shown(timeline)).toEqual([1, 2, 3, 4, 5]);
  });

  it('notices a hole, and goes no further than what it knows whole', () => {
    const timeline = at(2);
    expect(timeline.append({ epoch: 'e1', events: [event(4)] })).toMatchObject({ complete: false });
    expect(timeline.cursor).toBe('e1:2');
    timeline.apply(state(4, { recovered: true, events: [event(3), event(4)] }));
    expect(shown(timeline)).toEqual([1, 2, 3, 4]);
  });

  it('counts the seq of an event whose type it does not know', () => {
    const timeline = at(2);
    const unknown = { seq: 3, type: 'message.sung', at: event(3).at };
    expect(timeline.append({ epoch: 'e1', events: [unknown, event(4)] })).toMatchObject({ complete: true });
    expect(shown(timeline)).toEqual([1, 2, 4]);
    expect(timeline.cursor).toBe('e1:4');
  });

  it('shows a gap with its number', () => {
    const timeline = at(2);
    timeline.apply(state(9, { messages: messages(7, 9), missed: 4 }));
    expect(shown(timeline)).toEqual([1, 2, '4 missed', 7, 8, 9]);
  });

  it('shows one gap when two carriers answer the same question', () => {
    const timeline = at(2);
    const answer = state(9, { messages: messages(7, 9), missed: 4 });
    timeline.apply(answer);
    timeline.apply(answer);
    expect(shown(timeline)).toEqual([1, 2, '4 missed', 7, 8, 9]);
  });

  it('takes of a late answer only what is still missing', () => {
    const timeline = at(2);
    timeline.apply(state(9, { messages: messages(7, 9), missed: 4 }));
    timeline.apply(state(10, { messages: messages(8, 10), missed: 5 }));
    expect(shown(timeline)).toEqual([1, 2, '4 missed', 7, 8, 9, 10]);
    timeline.apply(state(20, { messages: messages(18, 20), missed: 15 }));
    expect(shown(timeline).slice(-5)).toEqual([10, '7 missed', 18, 19, 20]);
    timeline.apply(state(9, { messages: messages(7, 9), missed: 4 }));
    expect(timeline.cursor).toBe('e1:20');
  });

  it('says that the room was reset, and begins anew', () => {
    const timeline = at(2);
    timeline.apply(state(1, { epoch: 'e2', messages: messages(1, 1) }));
    expect(shown(timeline)).toEqual([1, 2, 'reset', 1]);
    expect(timeline.cursor).toBe('e2:1');
  });

  it('keeps no more than it is told to', () => {
    const timeline = new Timeline(3);
    timeline.apply(state(9, { messages: messages(1, 9) }));
    expect(shown(timeline)).toEqual([7, 8, 9]);
  });
});

describe('a gap', () => {
  const gapOf = (timeline: Timeline) => timeline.entries.find((entry) => entry.kind === 'gap')!;
  const away = () => {
    const timeline = at(2);
    timeline.apply(state(20, { messages: messages(18, 20), missed: 15 }));
    return timeline;
  };

  it('is filled from its end, page by page, with keys in order', () => {
    const timeline = away();
    const { key } = gapOf(timeline);
    timeline.fill(key, 'e1', messages(10, 17));
    expect(shown(timeline)).toEqual([1, 2, '7 missed', ...range(10, 20)]);
    expect(gapOf(timeline)).toMatchObject({ key, before: 10, kept: true });
    timeline.append({ epoch: 'e1', events: [event(21)] });
    timeline.fill(key, 'e1', messages(1, 9));
    expect(shown(timeline)).toEqual(range(1, 21));
    const keys = timeline.entries.map((entry) => entry.key);
    expect(keys).toEqual([...new Set(keys)].toSorted((one, other) => one - other));
  });

  it('is gone for good where a page has nothing of it', () => {
    const timeline = away();
    timeline.fill(gapOf(timeline).key, 'e1', messages(15, 17));
    timeline.fill(gapOf(timeline).key, 'e1', []);
    expect(shown(timeline)).toEqual([1, 2, '12 missed', ...range(15, 20)]);
    expect(gapOf(timeline)).toMatchObject({ kept: false });
  });

  it('is gone with a log that was restarted', () => {
    const timeline = away();
    timeline.apply(state(1, { epoch: 'e2', messages: messages(1, 1) }));
    expect(gapOf(timeline)).toMatchObject({ kept: false });
    timeline.fill(gapOf(timeline).key, 'e1', messages(3, 17));
    expect(shown(timeline)).toEqual([1, 2, '15 missed', 18, 19, 20, 'reset', 1]);
  });

  it('at the very beginning has its history before it', () => {
    const timeline = new Timeline(4);
    timeline.apply(state(50, { messages: messages(50, 50) }));
    timeline.apply(state(70, { messages: messages(68, 70), missed: 17 }));
    expect(shown(timeline)).toEqual(['17 missed', 68, 69, 70]);
    expect(timeline.oldest).toBe(51);
    timeline.prepend('e1', messages(49, 50));
    expect(shown(timeline)).toEqual([49, 50, '17 missed', 68, 69, 70]);
  });
});

describe('history', () => {
  it('comes before what is known, with keys in order, each message once', () => {
    const timeline = new Timeline();
    timeline.apply(state(9, { messages: messages(7, 9) }));
    expect(timeline.oldest).toBe(7);
    expect(timeline.prepend('e1', messages(4, 7))).toBe(3);
    expect(timeline.prepend('e1', messages(1, 3))).toBe(3);
    expect(shown(timeline)).toEqual(range(1, 9));
    const keys = timeline.entries.map(({ key }) => key);
    expect(keys).toEqual(keys.toSorted((one, other) => one - other));
    expect(timeline.cursor).toBe('e1:9');
  });

  it('of another log is none of this one', () => {
    const timeline = at(2);
    expect(timeline.prepend('e0', messages(1, 1))).toBe(0);
    timeline.apply(state(5, { epoch: 'e2', messages: messages(4, 5) }));
    expect(timeline.oldest).toBeUndefined();
    expect(timeline.prepend('e2', messages(1, 3))).toBe(0);
  });
});
