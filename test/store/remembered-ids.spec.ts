import { describe, expect, it } from '@jest/globals';
import { RememberedIds } from '../../api/store/remembered-ids.js';
import { event, refusalOf, uuid } from '../support/events.js';
import { FakeClock } from '../support/fake-clock.js';

const DAY = 24 * 60 * 60 * 1000;

function idsOf(count: number, limit = 100) {
  const clock = new FakeClock();
  const ids = new RememberedIds(clock, limit);
  for (let seq = 1; seq <= count; seq++) ids.add(event(seq).message);
  const find = (number: number) => ids.find(uuid(number), `message ${number}`)?.seq;
  return { clock, ids, find };
}

describe('the ids of messages', () => {
  it('lead to the message that was kept', () => {
    const { ids, find } = idsOf(2);
    expect(ids.find(uuid(1), 'message 1')).toEqual(event(1).message);
    expect(find(3)).toBeUndefined();
  });

  it('are refused with another text', async () => {
    const { ids } = idsOf(1);
    expect(await refusalOf(() => ids.find(uuid(1), 'message 2'))).toMatchObject({ code: 'id-conflict', status: 409 });
  });

  it('are remembered up to the bound, the newest ones', () => {
    const { ids, find } = idsOf(250);
    expect(ids.size).toBe(100);
    expect([find(150), find(151), find(250)]).toEqual([undefined, 151, 250]);
  });

  it('are remembered for 24 hours', () => {
    const { clock, find } = idsOf(1);
    clock.advance(DAY - 1);
    expect(find(1)).toBe(1);
    clock.advance(1);
    expect(find(1)).toBeUndefined();
  });

  it('do not heed a wall clock that is set', () => {
    const { clock, find } = idsOf(1);
    clock.wall += 10 * DAY;
    expect(find(1)).toBe(1);
  });

  it('may be used anew once they are forgotten', () => {
    const { clock, ids } = idsOf(1);
    clock.advance(DAY);
    ids.add({ ...event(2).message, id: uuid(1), text: 'another' });
    expect(ids.find(uuid(1), 'another')?.seq).toBe(2);
  });

  it('give their memory back when they are too old', () => {
    const { clock, ids } = idsOf(50);
    clock.advance(DAY);
    ids.add(event(51).message);
    expect(ids.size).toBe(1);
  });
});
