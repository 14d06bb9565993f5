import type { Clock } from './clock.js';
import type { User } from './event.js';
import { nicknameKey, suggestNickname } from './nickname.js';
import { Refusal } from './problem.js';

/** How long silence is taken for presence, in milliseconds. */
export interface RosterTimes {
  /** A dropped connection that is back within this is no leave. */
  grace: number;
  /** Without a connection and without a call for this long, a person is gone and the nickname is free. */
  stale: number;
}

export interface RosterBounds {
  people: number;
  peoplePerRoom: number;
}

export type RosterChange = (room: string, change: { joined: User[]; left: User[] }) => void;

/** What others have to know of those who are here, in this process. */
export interface RosterWatch {
  /** `heard` is whether a call says that they are there, else a connection. */
  present(room: string, user: User, heard: boolean): void;
  absent(room: string, user: User): void;
  /** The nickname is kept for them no more. */
  forgotten(user: User): void;
}

const NOBODY_WATCHES: RosterWatch = {
  present: () => undefined,
  absent: () => undefined,
  forgotten: () => undefined,
};

interface Stay {
  connections: number;
  /** Said goodbye, though a connection is still open: when that ends, nothing is waited for. */
  left: boolean;
  /** When the stay ends unless a connection is open; of the monotonic clock. */
  until: number;
}

interface Person {
  user: User;
  key: string;
  /** Spoke without a token, so nothing proves the nickname. */
  guest: boolean;
  /** Until when the nickname is kept for its owner. */
  keptUntil: number;
  stays: Map<string, Stay>;
}

/**
 * Who is online, in which rooms, under which nickname. A person is online in a room while a connection is
 * open there or a call was made not long ago, however many of either; so three tabs and a poller are one.
 */
export class Roster {
  readonly #people = new Map<string, Person>();
  readonly #byKey = new Map<string, Person>();
  readonly #byRoom = new Map<string, Map<string, User>>();
  /** Those who are in a room at another process; they may be here too. */
  readonly #elsewhere = new Map<string, Map<string, User>>();

  constructor(
    private readonly clock: Clock,
    private readonly times: RosterTimes,
    private readonly bounds: RosterBounds,
    private readonly onChange: RosterChange,
    private readonly watch = NOBODY_WATCHES,
  ) {}

  users(room: string): User[] {
    return [...(this.#byRoom.get(room)?.values() ?? [])];
  }

  online(room: string): number {
    return this.#byRoom.get(room)?.size ?? 0;
  }

  /** The person without a token who has this nickname now. */
  guest(nickname: string): User | undefined {
    const person = this.#byKey.get(nicknameKey(nickname));
    return person?.guest ? person.user : undefined;
  }

  /**
   * Makes the nickname this user's, or finds that it is.
   *
   * @throws Refusal `nickname-taken` with a suggestion, or `unavailable` when the server is full
   */
  claim(user: User, guest = false): void {
    const key = nicknameKey(user.nickname);
    const holder = this.#byKey.get(key);
    if (holder && holder.user.userId !== user.userId) throw this.#taken(user.nickname);
    const keptUntil = this.clock.now() + this.times.stale;
    if (holder) {
      holder.keptUntil = Math.max(holder.keptUntil, keptUntil);
      return;
    }
    if (this.#people.size >= this.bounds.people) throw new Refusal('unavailable', 'The server is full.');
    const person: Person = { user, key, guest, keptUntil, stays: new Map() };
    this.#people.set(user.userId, person);
    this.#byKey.set(key, person);
  }

  /** Takes back a claim of somebody who is nowhere. */
  withdraw({ userId }: User): void {
    const person = this.#people.get(userId);
    if (person?.stays.size !== 0) return;
    person.keptUntil = this.clock.now();
    this.#forget(person);
  }

  /** A nickname like this one that nobody has here, and that is none of `taken`. */
  suggest(nickname: string, taken: Set<string>): string {
    return suggestNickname(nickname, (name) => !taken.has(name) && !this.#byKey.has(nicknameKey(name)));
  }

  /** These are in the room at other processes: all who are. Who is here or there is online. */
  elsewhere(room: string, users: User[]): void {
    const ids = new Set(users.map(({ userId }) => userId));
    const left = [...(this.#elsewhere.get(room)?.values() ?? [])].filter(({ userId }) => !ids.has(userId));
    this.moveElsewhere(room, users, left);
  }

  /** Somebody came to another process or left the last one. */
  moveElsewhere(room: string, joined: User[], left: User[]): void {
    const elsewhere = this.#elsewhere.get(room) ?? new Map<string, User>();
    const members = this.#members(room);
    const isHere = (userId: string) => this.#people.get(userId)?.stays.has(room) ?? false;
    const come = joined.filter(({ userId }) => !members.has(userId));
    const gone = left.filter(({ userId }) => members.has(userId) && !isHere(userId));
    for (const user of joined) elsewhere.set(user.userId, user);
    for (const { userId } of left) elsewhere.delete(userId);
    for (const user of come) members.set(user.userId, user);
    for (const { userId } of gone) members.delete(userId);
    if (elsewhere.size > 0) this.#elsewhere.set(room, elsewhere);
    else this.#elsewhere.delete(room);
    if (members.size === 0) this.#byRoom.delete(room);
    if (come.length + gone.length > 0) this.onChange(room, { joined: come, left: gone });
  }

  /** A connection of the user's was opened in the room. */
  connect(room: string, user: User): void {
    const stay = this.#stay(room, user);
    stay.connections++;
    stay.left = false;
  }

  /**
   * A connection was closed: on purpose, or it was lost and may come back.
   *
   * @param heard the user was heard of at the end, as by a call
   */
  disconnect(room: string, user: User, onPurpose: boolean, heard = false): void {
    const person = this.#people.get(user.userId);
    const stay = person?.stays.get(room);
    if (!person || !stay) return;
    stay.connections--;
    const now = this.clock.now();
    if (!onPurpose && !stay.left) {
      stay.until = Math.max(stay.until, now + (heard ? this.times.stale : this.times.grace));
      person.keptUntil = Math.max(person.keptUntil, now + this.times.stale);
    } else if (stay.connections === 0) {
      person.keptUntil = now;
    }
    this.#settle(person, room);
  }

  has(room: string, { userId }: User): boolean {
    return this.#byRoom.get(room)?.has(userId) ?? false;
  }

  /** The user made a call in the room. */
  touch(room: string, user: User, guest = false): void {
    const stay = this.#stay(room, user, guest);
    stay.left = false;
    stay.until = Math.max(stay.until, this.clock.now() + this.times.stale);
    this.watch.present(room, user, true);
  }

  /** The user leaves the room, but for the connections that are still open in it. */
  leave(room: string, user: User): void {
    const person = this.#people.get(user.userId);
    const stay = person?.stays.get(room);
    if (!person || !stay) return;
    stay.left = true;
    stay.until = person.keptUntil = this.clock.now();
    this.#settle(person, room);
  }

  /** Takes off the list who has gone silent. To be called about once a second. */
  sweep(): void {
    for (const person of [...this.#people.values()]) {
      for (const room of [...person.stays.keys()]) this.#settle(person, room);
      this.#forget(person);
    }
  }

  #stay(room: string, user: User, guest = false): Stay {
    this.claim(user, guest);
    const person = this.#people.get(user.userId)!;
    let stay = person.stays.get(room);
    if (!stay) {
      const members = this.#members(room);
      const isNew = !members.has(user.userId);
      if (isNew && members.size >= this.bounds.peoplePerRoom) throw new Refusal('unavailable', 'The room is full.');
      stay = { connections: 0, left: false, until: 0 };
      person.stays.set(room, stay);
      members.set(user.userId, person.user);
      this.watch.present(room, person.user, false);
      if (isNew) this.onChange(room, { joined: [person.user], left: [] });
    }
    return stay;
  }

  #settle(person: Person, room: string): void {
    const stay = person.stays.get(room)!;
    if (stay.connections > 0 || stay.until > this.clock.now()) return;
    person.stays.delete(room);
    this.watch.absent(room, person.user);
    if (!this.#elsewhere.get(room)?.has(person.user.userId)) {
      const members = this.#members(room);
      members.delete(person.user.userId);
      if (members.size === 0) this.#byRoom.delete(room);
      this.onChange(room, { joined: [], left: [person.user] });
    }
    this.#forget(person);
  }

  #forget(person: Person): void {
    if (person.stays.size > 0 || person.keptUntil > this.clock.now()) return;
    this.#people.delete(person.user.userId);
    this.#byKey.delete(person.key);
    this.watch.forgotten(person.user);
  }

  #members(room: string): Map<string, User> {
    let members = this.#byRoom.get(room);
    if (!members) this.#byRoom.set(room, (members = new Map<string, User>()));
    return members;
  }

  #taken(nickname: string): Refusal {
    return nicknameTaken(nickname, this.suggest(nickname, new Set()));
  }
}

export function nicknameTaken(nickname: string, suggestion: string): Refusal {
  const detail = `Somebody here is called ${nickname}. ${suggestion} is free.`;
  return new Refusal('nickname-taken', detail, { suggestion });
}
