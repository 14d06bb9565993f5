import type { Clock } from '../domain/clock.js';
import type { Read } from '../domain/event.js';
import { Gathered } from './gathered.js';
import type { RoomHub } from './room-hub.js';

const INTERVAL = 1_000;

/** Tells how far people have read: the newest mark of each, once each interval at most. */
export class Reads {
  readonly #moved = new Map<string, Map<string, Read>>();
  readonly #changes: Gathered;

  constructor(clock: Clock, hub: RoomHub) {
    this.#changes = new Gathered(clock, INTERVAL, (room) => {
      const reads = [...(this.#moved.get(room)?.values() ?? [])];
      this.#moved.delete(room);
      hub.publish(room, { name: 'read:changed', payload: { reads } });
    });
  }

  moved(room: string, read: Read): void {
    const moved = this.#moved.get(room) ?? new Map<string, Read>();
    this.#moved.set(room, moved.set(read.userId, read));
    this.#changes.touch(room);
  }

  forget(room: string): void {
    this.#moved.delete(room);
    this.#changes.forget(room);
  }
}
