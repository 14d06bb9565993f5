import type { PresenceChanged, User, UserList } from './contract.js';

/** Who is in the room. */
export class Roster {
  private people = new Map<string, User>();
  online = 0;

  get users(): readonly User[] {
    return [...this.people.values()];
  }

  set({ online, users }: UserList): void {
    this.online = online;
    this.people = new Map(users.map((user) => [user.userId, user]));
  }

  change({ online, joined, left }: PresenceChanged): void {
    this.online = online;
    for (const user of left) this.people.delete(user.userId);
    for (const user of joined) this.people.set(user.userId, user);
  }
}
