import { Component, effect, inject, signal, untracked } from '@angular/core';
import { ChatStore } from '../data/chat.store';
import { Announcer } from './announcer';

/** How often it is looked whether the room is still busy, while it is; milliseconds. */
const LISTEN = 1_000;

/** For screen readers: how many messages there were, while there are too many to be read out. */
@Component({
  selector: 'chat-announcements',
  template: `<p class="sr-only" role="status" data-testid="announcement">{{ said() }}</p>`,
})
export class Announcements {
  private readonly store = inject(ChatStore);
  private readonly announcer = new Announcer();
  private heardKey: number | undefined;
  protected readonly said = signal('');
  /** Whether more is said than could be read out. */
  readonly busy = signal(false);

  constructor() {
    effect(() => {
      this.store.entries();
      untracked(() => this.listen());
    });
    effect((onCleanup) => {
      if (!this.busy()) return;
      const timer = setInterval(() => this.listen(), LISTEN);
      onCleanup(() => clearInterval(timer));
    });
  }

  private listen(): void {
    const [entries, selves] = [this.store.entries(), this.store.selves()];
    // What was said before one came is no news.
    const heardKey = this.heardKey ?? Infinity;
    const news = entries.filter(
      (entry) => entry.key > heardKey && entry.kind === 'message' && !selves.has(entry.message.userId),
    );
    this.heardKey = entries.at(-1)?.key ?? this.heardKey;
    this.said.set(this.announcer.heard(news.length, performance.now()));
    this.busy.set(this.announcer.isBusy);
  }
}
