import type { User } from '../../api/domain/event.js';
import { Roster } from '../../api/domain/roster.js';
import { FakeClock } from './fake-clock.js';

export const SECOND = 1_000;

/** A roster that is swept every second, and what it told of each room. */
export function house(bounds = { people: 10, peoplePerRoom: 10 }) {
  const clock = new FakeClock();
  const told: string[] = [];
  const names = (users: User[]) => users.map(({ nickname }) => nickname);
  const roster = new Roster(clock, { grace: 5 * SECOND, stale: 30 * SECOND }, bounds, (room, { joined, left }) => {
    told.push(...names(joined).map((name) => `${room} +${name}`), ...names(left).map((name) => `${room} -${name}`));
  });
  clock.every(SECOND, () => roster.sweep());
  return { clock, roster, told, online: (room = 'lobby') => names(roster.users(room)) };
}
