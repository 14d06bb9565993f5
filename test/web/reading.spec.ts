import { describe, expect, it } from '@jest/globals';
import type { Problem } from '../../openapi/generated/chat.js';
import { Refused, Unreachable } from '../../web/src/data/client/errors.js';
import { Positions } from '../../web/src/data/client/positions.js';
import { ReadMarks } from '../../web/src/data/client/read-marks.js';
import { memoryStore } from '../../web/src/data/client/storage.js';
import type { Entry } from '../../web/src/data/client/timeline.js';
import { readByText, readersOf } from '../../web/src/messages/read-by.js';
import { UnreadLine } from '../../web/src/messages/unread-line.js';
import { tabTitle } from '../../web/src/room/tab-title.js';
import { event, uuid } from '../support/events.js';
import { FakeClock } from '../support/fake-clock.js';

function marks() {
  const clock = new FakeClock();
  const state = { wanted: true, up: true, error: undefined as Error | undefined };
  const told: number[] = [];
  const road = {
    send: () => Promise.reject(new Unreachable()),
    type: () => Promise.resolve(),
    mark: async (seq: number) => {
      told.push(seq);
      if (state.error) throw state.error;
    },
  };
  const reader = new ReadMarks({ clock, road: () => (state.up ? road : undefined), wanted: () => state.wanted });
  /** Lets what was answered be heard, and time pass. */
  const advance = async (ms: number) => {
    await new Promise(setImmediate);
    clock.advance(ms);
  };
  return { state, told, reader, advance };
}

describe('what was seen', () => {
  it('is told forward only, at most once a second, the newest alone', async () => {
    const { told, reader, advance } = marks();
    for (const seq of [3, 4, 2, 9, 9]) reader.see(seq);
    expect(told).toEqual([3]);
    await advance(999);
    expect(told).toEqual([3]);
    await advance(1);
    expect(told).toEqual([3, 9]);
    await advance(5_000);
    expect(told).toEqual([3, 9]);
  });

  it('waits for a way, and is told again when it got lost', async () => {
    const { state, told, reader, advance } = marks();
    state.up = false;
    reader.see(5);
    state.up = true;
    state.error = new Unreachable();
    reader.pump();
    await advance(1_000);
    state.error = undefined;
    await advance(1_000);
    await advance(1_000);
    expect(told).toEqual([5, 5, 5]);
  });

  it('is not told again when it is refused for good', async () => {
    const { state, told, reader, advance } = marks();
    state.error = new Refused({ code: 'validation-failed', detail: '' } as Problem);
    reader.see(5);
    await advance(1_000);
    await advance(1_000);
    expect(told).toEqual([5]);
  });

  it('is told to nobody while that is not wanted, and then as it stands', async () => {
    const { state, told, reader } = marks();
    state.wanted = false;
    reader.see(5);
    expect([told, reader.seen]).toEqual([[], 5]);
    state.wanted = true;
    reader.pump();
    expect(told).toEqual([5]);
  });
});

describe('the own position', () => {
  it('moves forward, begins anew in another log, and is shared by tabs', () => {
    const store = memoryStore();
    const [one, other] = [new Positions(store), new Positions(store)];
    one.move('lobby', 'e1', 5);
    other.move('lobby', 'e1', 3);
    expect(one.of('lobby')).toEqual({ epoch: 'e1', seq: 5 });
    other.move('lobby', 'e2', 1);
    expect(one.of('lobby')).toEqual({ epoch: 'e2', seq: 1 });
    expect(one.of('tea')).toBeUndefined();
  });

  it('is remembered of a bounded number of rooms, those read last', () => {
    const positions = new Positions(memoryStore());
    for (let number = 0; number < 120; number++) positions.move(`room-${number}`, 'e1', 1);
    expect([positions.of('room-19'), positions.of('room-20')]).toEqual([undefined, { epoch: 'e1', seq: 1 }]);
  });
});

const entries = (...seqs: number[]): Entry[] => {
  return seqs.map((seq) => ({ kind: 'message', key: seq, message: event(seq).message }));
};
const read = (nickname: string, seq: number) => ({ userId: `u_${nickname}`, nickname, seq });

describe('who has read', () => {
  it('is shown under the last message they read, oneself aside', () => {
    const reads = [read('Cy', 5), read('Bo', 4), read('Me', 6), read('Al', 9), read('Old', 1)];
    const readers = readersOf(entries(2, 4, 6), reads, new Set(['u_Me']));
    const shown = [...readers].map(([id, people]) => [id, people.map(({ nickname }) => nickname)]);
    expect(shown).toEqual([
      [uuid(4), ['Bo', 'Cy']],
      [uuid(6), ['Al']],
    ]);
  });

  it('is not said of who wrote it', () => {
    const ann = { userId: 'u_ann', nickname: 'Ann', seq: 2 };
    expect(readersOf(entries(1, 2), [ann], new Set()).size).toBe(0);
  });

  it('is not said of a log that is no more', () => {
    const reset: Entry = { kind: 'reset', key: 9 };
    expect(readersOf([...entries(1, 2), reset], [read('Bo', 2)], new Set()).size).toBe(0);
  });

  it('is named as far as that helps', () => {
    expect(readByText(['Ann'])).toBe('Read by Ann');
    expect(readByText(['Ann', 'Bo'])).toBe('Read by Ann and Bo');
    expect(readByText(['Ann', 'Bo', 'Cy', 'Di'])).toBe('Read by Ann, Bo, Cy and Di');
    expect(readByText(['Ann', 'Bo', 'Cy', 'Di', 'Ed'])).toBe('Read by Ann, Bo, Cy and 2 others');
  });
});

describe('the line before what is new', () => {
  it('is where a newcomer to the page had stopped', () => {
    const line = new UnreadLine();
    expect(line.look({ here: true, position: undefined, unread: 0 })).toBe(false);
    expect(line.look({ here: true, position: 4, unread: 2 })).toBe(true);
    expect(line.after).toBe(4);
  });

  it('is not there for who has read everything, or was here all the time', () => {
    const line = new UnreadLine();
    line.look({ here: true, position: 4, unread: 0 });
    line.look({ here: true, position: 4, unread: 1 });
    expect(line.after).toBeUndefined();
  });

  it('stays where the person went away, also when reading is quicker than the eye', () => {
    const line = new UnreadLine();
    line.look({ here: true, position: 4, unread: 0 });
    line.look({ here: false, position: 4, unread: 0 });
    line.look({ here: false, position: 4, unread: 3 });
    expect(line.look({ here: true, position: 7, unread: 0 })).toBe(true);
    expect(line.after).toBe(4);
    line.clear();
    expect(line.after).toBeUndefined();
  });

  it('moves on with what was read elsewhere meanwhile', () => {
    const line = new UnreadLine();
    line.look({ here: false, position: 4, unread: 3 });
    line.look({ here: false, position: 7, unread: 0 });
    line.look({ here: false, position: 7, unread: 1 });
    expect(line.after).toBe(7);
  });
});

describe('the tab', () => {
  it('tells what waits, and where one is', () => {
    expect(tabTitle(undefined, 0)).toBe('Live Chat Room');
    expect(tabTitle('Lobby', 0)).toBe('Lobby — Live Chat Room');
    expect(tabTitle('Lobby', 3)).toBe('(3) Lobby — Live Chat Room');
    expect(tabTitle('Lobby', 300)).toBe('(99+) Lobby — Live Chat Room');
  });
});
