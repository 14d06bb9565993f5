import { Refusal } from '../domain/problem.js';
import type { RoomLog } from '../domain/room-log.js';

export const LOBBY = 'lobby';

export interface Room {
  name: string;
  title: string;
  log: RoomLog;
  /** When something last happened in it; ISO 8601 in UTC. */
  activeAt: string;
}

/** The rooms there are. */
export class Rooms {
  readonly #rooms = new Map<string, Room>();

  add(room: Room): void {
    this.#rooms.set(room.name, room);
  }

  has(name: string): boolean {
    return this.#rooms.has(name);
  }

  /**
   * @throws Refusal `room-not-found`
   */
  get(name: string): Room {
    const room = this.#rooms.get(name);
    if (!room) throw new Refusal('room-not-found', `There is no room named ${name}.`);
    return room;
  }

  /** Newest activity first. */
  list(): Room[] {
    return [...this.#rooms.values()].sort((one, other) => other.activeAt.localeCompare(one.activeAt));
  }
}
