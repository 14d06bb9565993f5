import { describe, expect, it } from '@jest/globals';
import { ANN, BEN, refusalOf } from '../support/events.js';
import { house, SECOND } from '../support/house.js';

const ANOTHER_ANN = { userId: 'u_other', nickname: 'ann' };

describe('a nickname', () => {
  const taken = { code: 'nickname-taken', suggestion: 'ann 2', detail: 'Somebody here is called ann. ann 2 is free.' };

  it('is one person’s, in all rooms and spellings', async () => {
    const { roster, online } = house();
    roster.touch('lobby', ANN);
    expect(await refusalOf(() => roster.touch('attic', ANOTHER_ANN))).toMatchObject(taken);
    expect(await refusalOf(() => roster.connect('attic', ANOTHER_ANN))).toMatchObject(taken);
    expect(await refusalOf(() => roster.claim(ANOTHER_ANN))).toMatchObject(taken);
    expect(online('attic')).toEqual([]);
  });

  it('is suggested with a number that nobody has', async () => {
    const { roster } = house();
    for (const [userId, nickname] of [
      ['u1', 'Ann'],
      ['u2', 'ANN 2'],
      ['u3', 'ann 3'],
    ])
      roster.claim({ userId: userId!, nickname: nickname! });
    const { suggestion } = await refusalOf(() => roster.claim(ANOTHER_ANN));
    expect(suggestion).toBe('ann 4');
    roster.claim({ userId: 'u4', nickname: suggestion! });
  });

  it('is kept for 30 s after a connection was lost, though its owner is off the list', async () => {
    const { clock, roster, online } = house();
    roster.connect('lobby', ANN);
    roster.disconnect('lobby', ANN, false);
    clock.advance(29_999);
    expect(online()).toEqual([]);
    expect(await refusalOf(() => roster.claim(ANOTHER_ANN))).toMatchObject(taken);
    clock.advance(1);
    roster.touch('lobby', ANOTHER_ANN);
    expect(online()).toEqual(['ann']);
  });

  it('is its owner’s again at once, at any time before', () => {
    const { clock, roster, told } = house();
    roster.connect('lobby', ANN);
    roster.disconnect('lobby', ANN, false);
    clock.advance(20 * SECOND);
    roster.connect('lobby', ANN);
    expect(told).toEqual(['lobby +Ann', 'lobby -Ann', 'lobby +Ann']);
  });

  it('is free when a claim came to nothing for 30 s', async () => {
    const { clock, roster } = house();
    roster.claim(ANN);
    clock.advance(29_999);
    expect(await refusalOf(() => roster.claim(ANOTHER_ANN))).toMatchObject(taken);
    clock.advance(1);
    roster.claim(ANOTHER_ANN);
  });

  it('is free at once when its owner leaves the last room, not before', async () => {
    const { roster } = house();
    roster.touch('lobby', ANN);
    roster.touch('attic', ANN);
    roster.leave('lobby', ANN);
    expect(await refusalOf(() => roster.claim(ANOTHER_ANN))).toMatchObject(taken);
    roster.leave('attic', ANN);
    roster.claim(ANOTHER_ANN);
    expect(await refusalOf(() => roster.touch('lobby', ANN))).toMatchObject({
      code: 'nickname-taken',
      suggestion: 'Ann 2',
    });
  });
});

describe('a guest', () => {
  it('is found by the nickname while present', () => {
    const { clock, roster } = house();
    roster.touch('lobby', ANN, true);
    expect(roster.guest(' ANN')).toEqual(ANN);
    clock.advance(30 * SECOND);
    expect(roster.guest('Ann')).toBeUndefined();
  });

  it('is nobody who proved the nickname', () => {
    const { roster } = house();
    roster.touch('lobby', ANN);
    expect(roster.guest('Ann')).toBeUndefined();
  });
});

describe('a full house', () => {
  it('takes nobody new, and everybody who is in', async () => {
    const { roster, clock } = house({ people: 2, peoplePerRoom: 10 });
    roster.touch('lobby', ANN);
    roster.touch('lobby', BEN);
    const cid = { userId: 'u_cid', nickname: 'Cid' };
    expect(await refusalOf(() => roster.touch('lobby', cid))).toMatchObject({
      code: 'unavailable',
      detail: 'The server is full.',
    });
    roster.connect('attic', ANN);
    clock.advance(30 * SECOND);
    roster.touch('lobby', cid);
  });

  it('takes nobody new into a full room, and everybody who is in it', async () => {
    const { roster, told } = house({ people: 10, peoplePerRoom: 1 });
    roster.touch('lobby', ANN);
    expect(await refusalOf(() => roster.connect('lobby', BEN))).toMatchObject({
      code: 'unavailable',
      detail: 'The room is full.',
    });
    roster.connect('lobby', ANN);
    roster.connect('attic', BEN);
    expect(told).toEqual(['lobby +Ann', 'attic +Ben']);
  });

  it('forgets who has gone, so that a crowd that passes through fills nothing', () => {
    const { clock, roster } = house({ people: 10, peoplePerRoom: 10 });
    for (let round = 0; round < 100; round++) {
      for (let number = 0; number < 10; number++)
        roster.touch('lobby', { userId: `u${round}-${number}`, nickname: `Guest ${number}` });
      clock.advance(30 * SECOND);
    }
    expect(roster.online('lobby')).toBe(0);
  });
});
