import type { PresenceChanged, User, UserList } from './contract.js';

/** Who is in the room, and who types there. */
export class Roster {
  private people = new Map<string, User>();
  private list: readonly User[] | undefined;
  online = 0;
  typing: readonly User[] = [];

  get users(): readonly User[] {
    return (this.list ??= [...this.people.values()]);
  }

  set({ online, users }: UserList): void {
    this.online = online;
    this.people = new Map(users.map((user) => [user.userId, user]));
    this.list = undefined;
  }

  change({ online, joined, left }: PresenceChanged): void {
    this.online = online;
    for (const user of left) this.people.delete(user.userId);
    for (const user of joined) this.people.set(user.userId, user);
    this.list = undefined;
  }

  /** Who has said it is not typing it any more; the server gathers that for up to a second. */
  said(userId: string): void {
    if (this.typing.length > 0) this.typing = this.typing.filter((typist) => typist.userId !== userId);
  }

  clear(): void {
    this.set({ online: 0, users: [] });
    this.typing = [];
  }
}
