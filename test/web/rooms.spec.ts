import { describe, expect, it } from '@jest/globals';
import type { Room } from '../../openapi/generated/chat.js';
import { isRoomName } from '../../web/src/data/client/contract.js';
import { OpenedRooms } from '../../web/src/data/client/opened-rooms.js';
import { byActivity, roomLine } from '../../web/src/data/client/room-lines.js';
import { memoryStore } from '../../web/src/data/client/storage.js';
import { roomIn } from '../../web/src/rooms/address.js';
import { slugOf } from '../../web/src/rooms/slug.js';

const room = (name: string, members: Partial<Room> = {}): Room => {
  return { name, title: name, online: 0, epoch: 'e1', seq: 0, activeAt: '2026-01-31T12:00:00.000Z', ...members };
};

describe('a room in the list', () => {
  it('where the person was before counts what came since', () => {
    expect(roomLine(room('tea', { seq: 9 }), undefined, { epoch: 'e1', seq: 4 }).unread).toBe(5);
    expect(roomLine(room('tea', { seq: 9 }), undefined, { epoch: 'e1', seq: 9 }).unread).toBe(0);
  });

  it('that was reset since has all of its messages unread', () => {
    expect(roomLine(room('tea', { seq: 2, epoch: 'e2' }), undefined, { epoch: 'e1', seq: 40 }).unread).toBe(2);
  });

  it('where the person never was has nothing that waits for them', () => {
    expect(roomLine(room('tea', { seq: 9 }), undefined, undefined).unread).toBe(0);
  });

  it('comes before those where less happened lately', () => {
    const lines = [
      room('a', { activeAt: '2026-01-31T12:00:00.000Z' }),
      room('b', { activeAt: '2026-01-31T12:00:01.000Z' }),
    ];
    const sorted = byActivity(lines.map((each) => roomLine(each, undefined, undefined)));
    expect(sorted.map(({ name }) => name)).toEqual(['b', 'a']);
  });
});

describe('the rooms that were opened', () => {
  it('are remembered, the last one first, up to a bound', () => {
    const store = memoryStore();
    const opened = new OpenedRooms(store);
    for (let number = 1; number <= 20; number++) expect(opened.add(`room-${number}`)).toEqual([]);
    expect(opened.add('room-1')).toEqual([]);
    expect(opened.add('room-21')).toEqual(['room-2']);
    expect(new OpenedRooms(store).names.slice(0, 3)).toEqual(['room-21', 'room-1', 'room-20']);
  });
});

describe('a name made of a title', () => {
  it.each([
    ['Tea at four', 'tea-at-four'],
    ['  Café & Co.  ', 'cafe-co'],
    ['Straße', 'strasse'],
    ['It’s 5 o’clock', 'its-5-oclock'],
    ['غرفة', ''],
    ['🎂', ''],
    ['x'.repeat(80), 'x'.repeat(40)],
    [`${'x'.repeat(39)} y`, 'x'.repeat(39)],
  ])('of %s is %s', (title, name) => {
    expect(slugOf(title)).toBe(name);
    expect(name === '' || isRoomName(name)).toBe(true);
  });
});

describe('an address', () => {
  it.each([
    ['/', 'lobby'],
    ['/r/tea', 'tea'],
    ['/r/tea/', 'tea'],
    ['/r/No%20Name', 'No Name'],
    ['/r/%E0%A4%A', '%E0%A4%A'],
    ['/else/where', 'lobby'],
  ])('%s is the room %s', (path, name) => {
    expect(roomIn(path)).toBe(name);
  });
});
