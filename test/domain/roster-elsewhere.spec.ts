import { describe, expect, it } from '@jest/globals';
import { ANN, BEN, refusalOf } from '../support/events.js';
import { house, SECOND } from '../support/house.js';

describe('somebody who is in the room at another process', () => {
  it('is online, and leaves when they are nowhere any more', () => {
    const { roster, told, online } = house();
    roster.elsewhere('lobby', [ANN, BEN]);
    expect(online()).toEqual(['Ann', 'Ben']);
    roster.elsewhere('lobby', [BEN]);
    expect(online()).toEqual(['Ben']);
    roster.elsewhere('lobby', []);
    expect(told).toEqual(['lobby +Ann', 'lobby +Ben', 'lobby -Ann', 'lobby -Ben']);
  });

  it('is one with the person here, who joins once and leaves with the last of both', () => {
    const { roster, told, online } = house();
    roster.connect('lobby', ANN);
    roster.moveElsewhere('lobby', [ANN], []);
    roster.disconnect('lobby', ANN, true);
    expect(online()).toEqual(['Ann']);
    roster.connect('lobby', ANN);
    roster.moveElsewhere('lobby', [], [ANN]);
    expect(online()).toEqual(['Ann']);
    roster.disconnect('lobby', ANN, true);
    expect(told).toEqual(['lobby +Ann', 'lobby -Ann']);
  });

  it('never leaves when they come here within the grace', () => {
    const { clock, roster, told } = house();
    roster.elsewhere('lobby', [ANN]);
    roster.connect('lobby', ANN);
    roster.elsewhere('lobby', []);
    roster.disconnect('lobby', ANN, false);
    clock.advance(4 * SECOND);
    roster.elsewhere('lobby', [ANN]);
    clock.advance(60 * SECOND);
    expect(told).toEqual(['lobby +Ann']);
  });

  it('who is told of twice, or was never there, changes nothing', () => {
    const { roster, told, online } = house();
    roster.moveElsewhere('lobby', [ANN], []);
    roster.moveElsewhere('lobby', [ANN], [BEN]);
    roster.elsewhere('lobby', [ANN]);
    expect(online()).toEqual(['Ann']);
    expect(told).toEqual(['lobby +Ann']);
  });

  it('counts for the bound of the room, and is let in here all the same', async () => {
    const { roster } = house({ people: 10, peoplePerRoom: 1 });
    roster.elsewhere('lobby', [ANN]);
    roster.connect('lobby', ANN);
    expect(await refusalOf(() => roster.connect('lobby', BEN))).toMatchObject({ code: 'unavailable' });
  });
});

describe('a nickname', () => {
  it('that is claimed and taken back is free, unless its owner is here', () => {
    const { roster } = house();
    const other = { userId: 'u_other', nickname: 'ann' };
    roster.claim(ANN);
    roster.withdraw(ANN);
    roster.connect('lobby', other);
    roster.withdraw(other);
    expect(() => roster.claim(ANN)).toThrow('nickname-taken');
  });

  it('is suggested that is free here and is none of those that are taken elsewhere', () => {
    const { roster } = house();
    roster.claim({ userId: 'u_2', nickname: 'Ann 2' });
    expect(roster.suggest('Ann', new Set())).toBe('Ann 3');
    expect(roster.suggest('Ann', new Set(['Ann 3', 'Ann 4']))).toBe('Ann 5');
  });
});
