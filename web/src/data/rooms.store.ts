import { computed, inject, Injectable } from '@angular/core';
import { Chat } from './chat.js';
import { LOBBY } from './client/index.js';

/** The rooms, as signals. */
@Injectable({ providedIn: 'root' })
export class RoomsStore {
  private readonly chat = inject(Chat);

  readonly current = computed(() => this.chat.state().current);
  readonly missing = computed(() => this.chat.state().missing);
  readonly lines = computed(() => this.chat.state().lines);
  /** What the room that is looked at is called. */
  readonly title = computed(() => {
    const name = this.current();
    return this.lines().find((line) => line.name === name)?.title ?? (name === LOBBY ? 'Lobby' : name);
  });
  /** How many messages wait in all rooms, and in all but the one that is looked at. */
  readonly unread = computed(() => this.lines().reduce((sum, line) => sum + line.unread, 0));
  readonly unreadElsewhere = computed(() =>
    this.lines().reduce((sum, line) => sum + (line.name === this.current() ? 0 : line.unread), 0),
  );

  /** Goes on where a reload broke off, with a room to look at. */
  start(name: string): void {
    this.chat.client.open(name);
    if (!this.chat.client.resume()) void this.chat.client.refresh();
  }

  open(name: string): void {
    if (name !== this.current()) this.chat.client.open(name);
  }

  /** Tries to go in once more, where there was no room. */
  enter(): void {
    this.chat.client.open(this.current());
  }

  /** Rejects with `Refused`, whose problem says why, or `Unreachable`. */
  create(name: string, title: string): Promise<void> {
    return this.chat.client.create(name, title);
  }
}
