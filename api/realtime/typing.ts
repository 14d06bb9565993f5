import type { Clock } from '../domain/clock.js';
import type { User } from '../domain/event.js';
import { TYPISTS } from './batch.js';
import { Gathered } from './gathered.js';
import type { RoomHub } from './room-hub.js';

/** Who says nothing more for this long is not typing any more, in milliseconds. */
const FADES = 5_000;
const INTERVAL = 1_000;

/** By userId; `cancel` stops the timer that takes the entry away. */
type Typists = Map<string, { user: User; cancel: () => void }>;

/** Who is typing in which room. */
export class Typing {
  readonly #rooms = new Map<string, Typists>();
  readonly #changes: Gathered;

  constructor(
    private readonly clock: Clock,
    hub: RoomHub,
  ) {
    this.#changes = new Gathered(clock, INTERVAL, (room) => {
      hub.publish(room, { name: 'typing:changed', payload: { users: this.#users(room) } });
    });
  }

  start(room: string, user: User): void {
    const typists = this.#rooms.get(room) ?? (new Map() as Typists);
    this.#rooms.set(room, typists);
    typists.get(user.userId)?.cancel();
    const isNew = !typists.has(user.userId);
    typists.set(user.userId, { user, cancel: this.clock.after(FADES, () => this.stop(room, user)) });
    if (isNew) this.#changes.touch(room);
  }

  /** Tells whether they were typing. */
  stop(room: string, { userId }: Pick<User, 'userId'>): boolean {
    const typists = this.#rooms.get(room);
    const typist = typists?.get(userId);
    if (!typists || !typist) return false;
    typist.cancel();
    typists.delete(userId);
    if (typists.size === 0) this.#rooms.delete(room);
    this.#changes.touch(room);
    return true;
  }

  forget(room: string): void {
    for (const { user } of this.#rooms.get(room)?.values() ?? []) this.stop(room, user);
    this.#changes.forget(room);
  }

  /** One more than is told, since a typist is not told of themselves. */
  #users(room: string): User[] {
    return [...(this.#rooms.get(room)?.values() ?? [])].slice(0, TYPISTS + 1).map(({ user }) => user);
  }
}
