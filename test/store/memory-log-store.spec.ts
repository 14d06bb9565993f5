import { describe, expect, it } from '@jest/globals';
import { MemoryLogStore } from '../../api/store/memory-log-store.js';
import { draft } from '../support/events.js';
import { FakeClock } from '../support/fake-clock.js';
import { itKeepsLogs } from './log-store.conformance.js';

describe('the store in memory', () => {
  itKeepsLogs((clock) => new MemoryLogStore(clock, 1_000));

  it('remembers as many ids as it is told to', async () => {
    const store = new MemoryLogStore(new FakeClock(), 2);
    await store.open('lobby', () => undefined);
    for (const number of [1, 2, 3]) await store.append('lobby', draft(number));
    expect(await store.find('lobby', draft(1))).toBeUndefined();
    expect(await store.find('lobby', draft(2))).toMatchObject({ seq: 2 });
  });
});
