import { describe, expect, it } from '@jest/globals';
import type { Clock } from '../../api/domain/clock.js';
import type { ChatEvent } from '../../api/domain/event.js';
import type { LogStore } from '../../api/store/log-store.js';
import { ANN, BEN, draft, refusalOf, uuid } from '../support/events.js';
import { FakeClock } from '../support/fake-clock.js';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** What every store promises. `create` makes an empty one; whoever calls this closes it. */
export function itKeepsLogs(
  create: (clock: Clock) => LogStore | Promise<LogStore>,
  time: 'that of the clock' | 'its own' = 'that of the clock',
): void {
  async function opened(room = 'lobby') {
    const clock = new FakeClock();
    const store = await create(clock);
    const followed: ChatEvent[] = [];
    const reset = () => expect(followed).toBe('reset');
    const log = await store.open({ name: room, title: room }, (events) => followed.push(...events), reset);
    return { clock, store, followed, log };
  }

  describe('a new log', () => {
    it('is empty, in an epoch of its own that fits a cursor', async () => {
      const one = await opened();
      const other = await one.store.open(
        { name: 'attic', title: 'Attic' },
        () => undefined,
        () => undefined,
      );
      expect(one.log).toMatchObject({ seq: 0, events: [] });
      expect(one.log.epoch).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
      expect(other.epoch).not.toBe(one.log.epoch);
    });

    it('takes nothing before it is open', async () => {
      const { store } = await opened();
      await expect(store.append('attic', draft(1))).rejects.toThrow();
      await expect(store.find('attic', draft(1))).rejects.toThrow();
    });
  });

  describe('a message that is appended', () => {
    it('is answered as it was kept, with the seq and the time of the store', async () => {
      const { store, clock } = await opened();
      const before = clock.date().toISOString();
      const answer = await store.append('lobby', draft(7, 'hello'));
      const sentAt = time === 'its own' ? answer.message.sentAt : before;
      expect(sentAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      const message = { id: uuid(7), seq: 1, room: 'lobby', ...ANN, text: 'hello', sentAt };
      expect(answer).toEqual({ message, duplicate: false });
    });

    it('has reached the follower, once, as it was answered', async () => {
      const { store, followed } = await opened();
      for (const number of numbers(3)) {
        const { message } = await store.append('lobby', draft(number));
        expect(followed).toHaveLength(number);
        expect(followed.at(-1)).toEqual({ seq: number, type: 'message.created', at: message.sentAt, message });
      }
    });

    it('keeps every character of its text', async () => {
      const { store } = await opened();
      for (const [index, text] of [
        '\u{1F600}',
        'a\r\nb\tc',
        '"\\\'; DROP TABLE',
        '\u2028\uFEFF ',
        'ａ\u0301'.repeat(1_000),
      ].entries()) {
        expect((await store.append('lobby', draft(index + 1, text))).message.text).toBe(text);
        expect((await store.find('lobby', { id: uuid(index + 1), text }))?.text).toBe(text);
      }
    });

    it('counts from 1 without a hole, also when many come at once', async () => {
      const { store, followed } = await opened();
      const answers = await Promise.all(numbers(100).map((number) => store.append('lobby', draft(number))));
      expect(followed.map(({ seq }) => seq)).toEqual(numbers(100));
      expect(answers.map(({ message }) => message.seq).sort((one, other) => one - other)).toEqual(numbers(100));
      for (const { message } of answers) expect(followed[message.seq - 1]!.message).toEqual(message);
    });
  });

  describe('a message that is sent again', () => {
    it('is the first one, and adds nothing', async () => {
      const { store, followed, clock } = await opened();
      const { message } = await store.append('lobby', draft(1));
      clock.advance(60_000);
      expect(await store.append('lobby', { ...draft(1), ...BEN })).toEqual({ message, duplicate: true });
      expect(followed).toHaveLength(1);
      expect((await store.append('lobby', draft(2))).message.seq).toBe(2);
    });

    it('is kept once when it comes many times at once', async () => {
      const { store, followed } = await opened();
      const answers = await Promise.all(numbers(20).map(() => store.append('lobby', draft(1))));
      expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
      expect(new Set(answers.map(({ message }) => message.seq))).toEqual(new Set([1]));
      expect(followed).toHaveLength(1);
    });

    it('is refused with another text, and takes no seq', async () => {
      const { store, followed } = await opened();
      await store.append('lobby', draft(1));
      expect(await refusalOf(() => store.append('lobby', draft(1, 'another')))).toMatchObject({ code: 'id-conflict' });
      expect(followed).toHaveLength(1);
      expect((await store.append('lobby', draft(2))).message.seq).toBe(2);
    });

    it('is found without being sent', async () => {
      const { store, followed } = await opened();
      expect(await store.find('lobby', draft(1))).toBeUndefined();
      const { message } = await store.append('lobby', draft(1));
      expect(await store.find('lobby', draft(1))).toEqual(message);
      expect(await refusalOf(() => store.find('lobby', draft(1, 'another')))).toMatchObject({ code: 'id-conflict' });
      expect(followed).toHaveLength(1);
    });
  });

  describe('how far people have read', () => {
    it('moves forward only, each on their own', async () => {
      const { store } = await opened();
      expect(await store.marks('lobby')).toEqual([]);
      expect(await store.mark('lobby', { ...ANN, seq: 2 })).toBe(true);
      expect(await store.mark('lobby', { ...ANN, seq: 2 })).toBe(false);
      expect(await store.mark('lobby', { ...ANN, seq: 1 })).toBe(false);
      expect(await store.mark('lobby', { ...BEN, seq: 5 })).toBe(true);
      expect(await store.mark('lobby', { ...ANN, seq: 9 })).toBe(true);
      const marks = await store.marks('lobby');
      expect(marks.sort((one, other) => one.seq - other.seq)).toEqual([
        { ...BEN, seq: 5 },
        { ...ANN, seq: 9 },
      ]);
    });
  });

  describe('two rooms', () => {
    it('know nothing of each other', async () => {
      const { store, followed } = await opened();
      const inAttic: ChatEvent[] = [];
      await store.open(
        { name: 'attic', title: 'Attic' },
        (events) => inAttic.push(...events),
        () => undefined,
      );
      await store.append('lobby', draft(1));
      await store.append('lobby', draft(2));
      expect(await store.find('attic', draft(1))).toBeUndefined();
      const { message, duplicate } = await store.append('attic', draft(1, 'another'));
      expect([message.seq, message.room, duplicate]).toEqual([1, 'attic', false]);
      expect(followed.map(({ message: { room, seq } }) => [room, seq])).toEqual([
        ['lobby', 1],
        ['lobby', 2],
      ]);
      expect(inAttic.map(({ message: { room, seq } }) => [room, seq])).toEqual([['attic', 1]]);
    });
  });
}
