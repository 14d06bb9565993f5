import { computed, inject, Injectable, linkedSignal } from '@angular/core';
import { Chat } from './chat.js';
import { LOBBY, type RoomLine } from './client/index.js';
import { kept } from './kept.js';

/** The rooms, as signals. */
@Injectable({ providedIn: 'root' })
export class RoomsStore {
  private readonly chat = inject(Chat);

  readonly current = computed(() => this.chat.state().current);
  readonly missing = computed(() => this.chat.state().missing);
  readonly lines = linkedSignal<readonly RoomLine[], readonly RoomLine[]>({
    source: () => this.chat.state().lines,
    computation: (lines, before) => kept(before?.value ?? [], lines, ({ name }) => name),
  }).asReadonly();
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
    this.chat.act((client) => {
      client.open(name);
      if (!client.resume()) void client.refresh();
    });
  }

  open(name: string): void {
    if (name !== this.current()) this.chat.act((client) => client.open(name));
  }

  /** Tries to go in once more, where there was no room. */
  enter(): void {
    this.chat.act((client) => client.open(this.current()));
  }

  /** Rejects with `Refused`, whose problem says why, or `Unreachable`. */
  create(name: string, title: string): Promise<void> {
    return this.chat.act((client) => client.create(name, title));
  }
}
