import { describe, expect, it } from '@jest/globals';
import { RoomLog } from '../../api/domain/room-log.js';
import { event } from '../support/events.js';

const EPOCH = 'q2Zk9vXw3bTn';
const at = (seq: number, epoch = EPOCH) => ({ epoch, seq });
const seqs = (list: { seq: number }[]) => list.map(({ seq }) => seq);
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

function logOf(count: number, limit = 200, before = 0): RoomLog {
  const log = new RoomLog(EPOCH, limit, before);
  for (let seq = before + 1; seq <= before + count; seq++) log.append(event(seq));
  return log;
}

describe('the position of a log', () => {
  it('is 0 while nothing has happened', () => expect(logOf(0).cursor).toEqual(at(0)));
  it('is that of the last event', () => expect(logOf(3).cursor).toEqual(at(3)));
  it('goes on from where a kept log stood', () => expect(logOf(2, 200, 40).cursor).toEqual(at(42)));

  it.each([0, 3, 5, -1, 3.5])('takes no event %p after the third', (seq) => {
    const log = logOf(3);
    expect(() => log.append(event(seq))).toThrow(`event ${seq} does not follow 3`);
    expect(log.cursor).toEqual(at(3));
    expect(log.page(10)).toHaveLength(3);
  });
});

describe('what came after a cursor', () => {
  it('is nothing for one who has seen everything', () => {
    expect(logOf(5).since(at(5))).toEqual({ recovered: true, events: [] });
    expect(logOf(0).since(at(0))).toEqual({ recovered: true, events: [] });
  });

  it('is every event after it, in order', () => {
    for (let seen = 0; seen <= 200; seen++) {
      const catchup = logOf(200).since(at(seen));
      expect(catchup.recovered && seqs(catchup.events)).toEqual(numbers(seen + 1, 200));
    }
  });

  it.each([
    ['199 events', 199, 0, undefined],
    ['200 events', 200, 0, undefined],
    ['201 events', 201, 0, 1],
    ['201 events, one seen', 201, 1, undefined],
    ['10 000 events', 10_000, 0, 9_800],
    ['10 000 events, all but 201 seen', 10_000, 9_799, 1],
    ['10 000 events, all but 200 seen', 10_000, 9_800, undefined],
  ])('is told whole or not at all after %s', (_name, count, seen, missed) => {
    const catchup = logOf(count).since(at(seen));
    if (missed === undefined) {
      expect(catchup).toEqual({ recovered: true, events: numbers(seen + 1, count).map(event) });
    } else {
      const messages = numbers(count - 199, count).map((seq) => event(seq).message);
      expect(catchup).toEqual({ recovered: false, missed, messages });
    }
  });

  it('is a snapshot without a cursor, with no word of missing events', () => {
    expect(logOf(201).since()).toEqual({
      recovered: false,
      messages: numbers(2, 201).map((seq) => event(seq).message),
    });
    expect(logOf(0).since()).toEqual({ recovered: false, messages: [] });
  });

  it.each([0, 3, 1_000])('is a snapshot for event %i of another epoch', (seq) => {
    expect(logOf(3).since(at(seq, 'another'))).toEqual(logOf(3).since());
  });

  it('is a snapshot for a cursor that was never given', () => {
    expect(logOf(3).since(at(4))).toEqual(logOf(3).since());
    expect(logOf(0).since(at(1))).toEqual(logOf(0).since());
  });

  it('counts from the kept start of a log that was opened late', () => {
    expect(logOf(0, 200, 40).since(at(40))).toEqual({ recovered: true, events: [] });
    expect(logOf(0, 200, 40).since(at(39))).toEqual({ recovered: false, missed: 1, messages: [] });
    expect(logOf(2, 200, 40).since(at(0))).toMatchObject({ recovered: false, missed: 40 });
  });

  it('stays true to a reader who holds it while the log goes on', () => {
    const log = logOf(2, 2);
    const catchup = log.since(at(0));
    log.append(event(3));
    expect(catchup).toEqual({ recovered: true, events: [event(1), event(2)] });
  });
});

describe('a page of the log', () => {
  const page = (limit: number, before?: number) => seqs(logOf(250).page(limit, before));

  it('has the newest messages, oldest first', () => expect(page(3)).toEqual([248, 249, 250]));
  it('ends before the message that is named', () => expect(page(3, 100)).toEqual([97, 98, 99]));
  it('is short where the log begins', () => expect(page(10, 54)).toEqual([51, 52, 53]));
  it('is empty before the oldest message', () => expect(page(10, 51)).toEqual([]));
  it('is empty before messages that are gone', () => expect(page(10, 1)).toEqual([]));
  it('has everything before the future', () => expect(page(200, 9_007_199_254_740_991)).toEqual(numbers(51, 250)));
  it('has no more than is kept', () => expect(page(1_000)).toEqual(numbers(51, 250)));
  it('is empty in an empty log', () => expect(logOf(0).page(10)).toEqual([]));

  it('leads back through the whole log without a hole or a repetition', () => {
    const log = logOf(200);
    const read: number[] = [];
    for (let part = seqs(log.page(7)); part.length > 0; part = seqs(log.page(7, part[0]))) read.unshift(...part);
    expect(read).toEqual(numbers(1, 200));
  });
});

describe('a log with room for one event', () => {
  it('recovers one step and no more', () => {
    const log = logOf(3, 1);
    expect(log.since(at(2))).toEqual({ recovered: true, events: [event(3)] });
    expect(log.since(at(1))).toEqual({ recovered: false, missed: 1, messages: [event(3).message] });
  });
});
