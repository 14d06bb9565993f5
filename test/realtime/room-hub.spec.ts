import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Batch, RoomBroadcast } from '../../api/realtime/batch.js';
import type { RoomListener } from '../../api/realtime/lane.js';
import { RoomHub } from '../../api/realtime/room-hub.js';
import { ANN, BEN, event } from '../support/events.js';
import { FakeClock } from '../support/fake-clock.js';

const BOUND = 20;

let clock: FakeClock;
let hub: RoomHub;
let failures: unknown[];
let seq: number;

beforeEach(() => {
  clock = new FakeClock();
  failures = [];
  hub = new RoomHub(clock, BOUND, (error) => failures.push(error));
  seq = 0;
});

/** Writes down what it is told, each time so many milliseconds after the one before it was told. */
class Listener implements RoomListener {
  readonly heard: string[] = [];
  at: number[] = [];
  isCut = false;

  constructor(
    private readonly cost = 0,
    readonly polls = false,
  ) {}

  tell({ broadcasts }: Batch): void {
    clock.advance(this.cost);
    this.at.push(clock.now());
    this.heard.push(broadcasts.map(inWords).join(' '));
  }

  cut(): void {
    this.isCut = true;
  }
}

function inWords({ name, payload }: RoomBroadcast): string {
  if (name === 'room:events') return payload.events.map((one) => one.seq).join(',');
  if (name === 'room:pulse') return `pulse ${payload.seq}`;
  if (name !== 'presence:changed') return name;
  const names = (users: { nickname: string }[]) => users.map(({ nickname }) => nickname).join('+');
  return `${payload.online} online, +${names(payload.joined)} -${names(payload.left)}`;
}

function listen(cost?: number, polls?: boolean): Listener {
  const listener = new Listener(cost, polls);
  hub.subscribe('lobby', listener);
  return listener;
}

function say(count = 1): void {
  for (let said = 0; said < count; said++) {
    hub.publish('lobby', { name: 'room:events', payload: { epoch: 'epoch', events: [event(++seq)] } });
  }
}

const pulse = () => hub.publish('lobby', { name: 'room:pulse', payload: { epoch: 'epoch', seq, online: 1 } });

const joined = (user: typeof ANN, online: number) =>
  hub.publish('lobby', { name: 'presence:changed', payload: { online, joined: [user], left: [] } });
const left = (user: typeof ANN, online: number) =>
  hub.publish('lobby', { name: 'presence:changed', payload: { online, joined: [], left: [user] } });

describe('what is said', () => {
  it('is told at once in a quiet room', () => {
    const ann = listen(1);
    for (let round = 0; round < 10; round++) {
      say();
      expect(ann.heard.length).toBe(round + 1);
      clock.advance(1_000);
    }
  });

  it('is gathered while the room rests from the last time, for as long as that took', () => {
    const ann = listen(8);
    say(4);
    expect(ann.heard).toEqual(['1']);
    clock.advance(7);
    expect(ann.heard).toEqual(['1']);
    clock.advance(1);
    expect(ann.heard).toEqual(['1', '2,3,4']);
  });

  it.each([
    ['all by itself while it costs little', 40, 48],
    ['the more together the more there is', 10, 28],
  ])('is told %s', (_words, every, gap) => {
    const ann = listen(8);
    const stop = clock.every(every, () => say());
    clock.advance(3_000);
    stop();
    clock.advance(BOUND);
    expect(ann.heard.join().split(',').map(Number)).toEqual(Array.from({ length: seq }, (_, n) => n + 1));
    const gaps = ann.at.slice(-20).map((at, n, all) => at - (all[n - 1] ?? at));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(gap);
    expect(seq / ann.heard.length).toBeGreaterThan(every > 20 ? 0 : 2);
  });

  it('waits for nothing that costs more than the bound', () => {
    const ann = listen(500);
    say(3);
    clock.advance(BOUND);
    expect(ann.heard).toEqual(['1', '2,3']);
  });

  it('is told by itself where nothing may wait', () => {
    hub = new RoomHub(clock, 0, (error) => failures.push(error));
    const ann = listen(8);
    say(5);
    expect(ann.heard).toEqual(['1', '2', '3', '4', '5']);
  });

  it('is told at once to those who poll, and then to all of them together within the bound, whatever it costs', () => {
    const [ann, ben, cid] = [listen(0), listen(0, true), listen(0, true)];
    say(3);
    clock.advance(BOUND - 1);
    expect([ann.heard, ben.heard, cid.heard]).toEqual([['1', '2', '3'], ['1'], ['1']]);
    clock.advance(1);
    expect([ben.heard, cid.heard]).toEqual([
      ['1', '2,3'],
      ['1', '2,3'],
    ]);
    clock.advance(1_000);
    say();
    expect(ben.heard.at(-1)).toBe('4');
  });

  it('is told once and in order to who polls no more', () => {
    const [ann, ben] = [listen(8), listen(0, true)];
    say(2);
    const cid = listen(0, true);
    say();
    for (const listener of [ben, cid]) hub.upgrade('lobby', listener);
    expect([ben.heard, cid.heard]).toEqual([['1', '2,3'], ['3']]);
    clock.advance(BOUND);
    say();
    clock.advance(BOUND);
    for (const { heard } of [ann, ben]) expect(heard.join()).toBe('1,2,3,4');
    expect(cid.heard).toEqual(['3', '4']);
    hub.unsubscribe('lobby', cid);
    hub.upgrade('lobby', cid);
    say();
    expect(cid.heard).toEqual(['3', '4']);
  });

  it('is told before the pulse that counts it', () => {
    const ann = listen(8);
    say(2);
    pulse();
    say();
    clock.advance(BOUND);
    expect(ann.heard).toEqual(['1', '2 pulse 2 3']);
  });

  it('is told to whoever comes meanwhile from there on', () => {
    const ann = listen(8);
    say(3);
    const ben = listen(8);
    say();
    const cid = listen(8);
    clock.advance(BOUND);
    expect([ann.heard, ben.heard, cid.heard]).toEqual([['1', '2,3,4'], ['4'], []]);
    clock.advance(BOUND);
    say();
    expect([ann.heard.at(-1), ben.heard.at(-1), cid.heard.at(-1)]).toEqual(['5', '5', '5']);
  });

  it('is told to nobody who went meanwhile', () => {
    const ann = listen(8);
    const ben = listen(8);
    say(2);
    hub.unsubscribe('lobby', ben);
    clock.advance(BOUND);
    expect([ann.heard.at(-1), ben.heard.at(-1)]).toEqual(['2', '1']);
    say();
    hub.unsubscribe('lobby', ann);
    clock.advance(1_000);
    expect(hub.hasListeners('lobby')).toBe(false);
    expect(listen().heard).toEqual([]);
  });

  it('is told to all alike in one order, even what is said because of it', () => {
    const ann = listen();
    hub.subscribe('lobby', {
      polls: false,
      tell: ({ broadcasts }) => broadcasts[0]!.name === 'room:events' && seq < 3 && say(),
      cut: () => undefined,
    });
    const ben = listen();
    say();
    expect([ann.heard, ben.heard]).toEqual([
      ['1', '2', '3'],
      ['1', '2', '3'],
    ]);
  });

  it('is told to the others when one fails', () => {
    const failing: RoomListener = {
      polls: false,
      tell: () => {
        throw new Error('deaf');
      },
      cut: () => {
        throw new Error('deaf');
      },
    };
    hub.subscribe('lobby', failing);
    const ann = listen();
    say();
    say();
    expect(ann.heard).toEqual(['1', '2']);
    expect(failures).toHaveLength(2);
    hub.cut('lobby');
    expect(ann.isCut).toBe(true);
    expect(failures).toHaveLength(3);
  });

  it('is told to nobody when what came before it was lost, and everyone is cut', () => {
    const ann = listen(8);
    say(2);
    hub.cut('lobby');
    clock.advance(BOUND);
    expect([ann.isCut, ann.heard]).toEqual([true, ['1']]);
  });
});

describe('who comes and goes', () => {
  it('is told at once in a quiet room, and otherwise gathered for a second at most', () => {
    const zoe = listen(8);
    joined(ANN, 2);
    joined(BEN, 3);
    expect(zoe.heard).toEqual(['2 online, +Ann -']);
    clock.advance(799);
    expect(zoe.heard).toHaveLength(1);
    clock.advance(1);
    expect(zoe.heard).toEqual(['2 online, +Ann -', '3 online, +Ben -']);
    hub.subscribe('lobby', new Listener(1_000));
    clock.advance(10_000);
    left(BEN, 2);
    left(ANN, 1);
    clock.advance(1_000);
    expect(zoe.heard.slice(2)).toEqual(['2 online, + -Ben', '1 online, + -Ann']);
  });

  it('did neither if both happened meanwhile', () => {
    const zoe = listen(8);
    joined(ANN, 2);
    joined(BEN, 3);
    left(BEN, 2);
    left(ANN, 1);
    joined(ANN, 2);
    clock.advance(1_000);
    expect(zoe.heard).toEqual(['2 online, +Ann -']);
    left(ANN, 1);
    joined(BEN, 2);
    clock.advance(1_000);
    expect(zoe.heard.slice(1)).toEqual(['1 online, + -Ann', '2 online, +Ben -']);
  });

  it('is told to whoever came in between as a change to what they saw', () => {
    const zoe = listen(8);
    joined(ANN, 2);
    joined(BEN, 3);
    const whoSawBen = listen(8);
    left(BEN, 2);
    left(ANN, 1);
    const whoSawNeither = listen(8);
    joined(ANN, 2);
    clock.advance(1_000);
    expect([zoe.heard.slice(1), whoSawBen.heard, whoSawNeither.heard]).toEqual([
      [],
      ['2 online, + -Ben'],
      ['2 online, +Ann -'],
    ]);
  });

  it('costs little in many rooms together, and is told at once in one where little happens', () => {
    const rooms = Array.from({ length: 100 }, (_, n) => `room-${n}`);
    const listeners = rooms.map((room) => {
      const listener = new Listener(1);
      hub.subscribe(room, listener);
      return listener;
    });
    const change = (room: string, online: number) =>
      hub.publish(room, { name: 'presence:changed', payload: { online, joined: [ANN], left: [] } });
    const seconds = 20;
    for (let online = 1; clock.now() < seconds * 1_000; online++) {
      for (const room of rooms) change(room, online);
      clock.advance(100);
    }
    const told = listeners.reduce((sum, { heard }) => sum + heard.length, 0);
    expect(told).toBeLessThanOrEqual(1.5 * seconds * rooms.length);

    const zoe = listen();
    joined(ANN, 2);
    expect(zoe.heard).toHaveLength(1);
  });

  it('does not hold up what is said', () => {
    const zoe = listen(8);
    joined(ANN, 2);
    joined(BEN, 3);
    say();
    expect(zoe.heard.at(-1)).toBe('1');
  });
});
