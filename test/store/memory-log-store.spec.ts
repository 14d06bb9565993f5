import { describe, expect, it } from '@jest/globals';
import { MemoryLogStore } from '../../api/store/memory-log-store.js';
import { draft } from '../support/events.js';
import { FakeClock } from '../support/fake-clock.js';
import { itKeepsLogs } from './log-store.conformance.js';

describe('the store in memory', () => {
  itKeepsLogs((clock) => new MemoryLogStore(clock, { rememberedIds: 1_000, marks: 3 }));

  it('remembers as many ids as it is told to', async () => {
    const store = new MemoryLogStore(new FakeClock(), { rememberedIds: 2, marks: 2 });
    await store.open({ name: 'lobby' }, () => undefined);
    for (const number of [1, 2, 3]) await store.append('lobby', draft(number));
    expect(await store.find('lobby', draft(1))).toBeUndefined();
    expect(await store.find('lobby', draft(2))).toMatchObject({ seq: 2 });
  });

  it('remembers an id for 24 hours', async () => {
    const clock = new FakeClock();
    const store = new MemoryLogStore(clock, { rememberedIds: 2, marks: 2 });
    await store.open({ name: 'lobby' }, () => undefined);
    await store.append('lobby', draft(1));
    clock.advance(24 * 60 * 60 * 1000 - 1);
    expect(await store.append('lobby', draft(1))).toMatchObject({ duplicate: true });
    clock.advance(1);
    expect(await store.append('lobby', draft(1, 'another'))).toMatchObject({ duplicate: false, message: { seq: 2 } });
  });

  it('is bounded in marks: those that have not moved for longest go first', async () => {
    const store = new MemoryLogStore(new FakeClock(), { rememberedIds: 2, marks: 2 });
    await store.open({ name: 'lobby' }, () => undefined);
    for (const seq of [1, 2, 3]) await store.mark('lobby', { userId: `u_${seq}`, nickname: 'Ann', seq });
    expect((await store.marks('lobby')).map(({ seq }) => seq)).toEqual([2, 3]);
  });
});
