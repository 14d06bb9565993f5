import { describe, expect, it } from '@jest/globals';
import { ANN, BEN } from '../support/events.js';
import { house, SECOND } from '../support/house.js';

describe('a connection', () => {
  it('makes a person present for as long as it is open, however silent', () => {
    const { clock, roster, told, online } = house();
    roster.connect('lobby', ANN);
    clock.advance(3_600 * SECOND);
    expect(online()).toEqual(['Ann']);
    expect(told).toEqual(['lobby +Ann']);
  });

  it('that is lost and back within the grace of 5 s is no leave', () => {
    const { clock, roster, told, online } = house();
    roster.connect('lobby', ANN);
    roster.disconnect('lobby', ANN, false);
    clock.advance(4_999);
    roster.connect('lobby', ANN);
    clock.advance(60 * SECOND);
    expect(online()).toEqual(['Ann']);
    expect(told).toEqual(['lobby +Ann']);
  });

  it('that is lost for 5 s is a leave, told once', () => {
    const { clock, roster, told, online } = house();
    roster.connect('lobby', ANN);
    roster.disconnect('lobby', ANN, false);
    clock.advance(4_999);
    expect(online()).toEqual(['Ann']);
    clock.advance(1);
    expect(online()).toEqual([]);
    clock.advance(60 * SECOND);
    expect(told).toEqual(['lobby +Ann', 'lobby -Ann']);
  });

  it('that is closed on purpose is a leave at once, and frees the nickname', () => {
    const { roster, told, online } = house();
    roster.connect('lobby', ANN);
    roster.disconnect('lobby', ANN, true);
    expect(online()).toEqual([]);
    roster.claim({ userId: 'u_other', nickname: 'ann' });
    expect(told).toEqual(['lobby +Ann', 'lobby -Ann']);
  });

  it('that was never opened ends nothing', () => {
    const { roster, told, online } = house();
    roster.disconnect('lobby', ANN, true);
    roster.connect('lobby', ANN);
    roster.disconnect('attic', ANN, true);
    expect(online()).toEqual(['Ann']);
    expect(told).toEqual(['lobby +Ann']);
  });
});

describe('three connections and a poller', () => {
  it('are one person, who joins once and leaves with the last of them', () => {
    const { clock, roster, told, online } = house();
    for (let tab = 0; tab < 3; tab++) roster.connect('lobby', { ...ANN });
    roster.touch('lobby', ANN);
    expect(online()).toEqual(['Ann']);
    expect(roster.online('lobby')).toBe(1);
    roster.disconnect('lobby', ANN, true);
    roster.disconnect('lobby', ANN, false);
    clock.advance(60 * SECOND);
    expect(online()).toEqual(['Ann']);
    roster.disconnect('lobby', ANN, true);
    expect(online()).toEqual([]);
    expect(told).toEqual(['lobby +Ann', 'lobby -Ann']);
  });

  it('stay while the poller calls', () => {
    const { clock, roster, online } = house();
    roster.connect('lobby', ANN);
    clock.advance(60 * SECOND);
    roster.touch('lobby', ANN);
    roster.disconnect('lobby', ANN, false);
    clock.advance(29_999);
    expect(online()).toEqual(['Ann']);
    clock.advance(1);
    expect(online()).toEqual([]);
  });
});

describe('a caller', () => {
  it('is present until 30 s after the last call', () => {
    const { clock, roster, told, online } = house();
    roster.touch('lobby', ANN);
    clock.advance(29 * SECOND);
    roster.touch('lobby', ANN);
    clock.advance(29_999);
    expect(online()).toEqual(['Ann']);
    clock.advance(1);
    expect(online()).toEqual([]);
    clock.advance(60 * SECOND);
    expect(told).toEqual(['lobby +Ann', 'lobby -Ann']);
  });

  it('is in each room alone that was called about', () => {
    const { clock, roster, told } = house();
    roster.touch('lobby', ANN);
    roster.touch('attic', ANN);
    clock.advance(20 * SECOND);
    roster.touch('attic', ANN);
    clock.advance(10 * SECOND);
    expect(told).toEqual(['lobby +Ann', 'attic +Ann', 'lobby -Ann']);
  });

  it('who leaves is gone at once, but for the connections that are open', () => {
    const { roster, told, online } = house();
    roster.touch('lobby', ANN);
    roster.connect('attic', ANN);
    roster.leave('lobby', ANN);
    roster.leave('attic', ANN);
    expect(online('lobby')).toEqual([]);
    expect(online('attic')).toEqual(['Ann']);
    roster.leave('lobby', ANN);
    roster.leave('lobby', BEN);
    expect(told).toEqual(['lobby +Ann', 'attic +Ann', 'lobby -Ann']);
  });
});
