import { Component, computed, inject, input } from '@angular/core';
import { Draft } from '../composer/draft';
import { ChatStore } from '../data/chat.store';
import { problemText } from '../data/problem-text';
import { Avatar, hueOf } from '../people/avatar';
import { countdown } from '../status/countdown';
import { MessageText } from './message-text';
import type { GroupReaders } from './read-by';
import { Receipts } from './receipts';
import type { Group, Line } from './rows';
import { SeenTarget } from './seen';
import { timeText } from './times';

/** What one person said within one minute. */
@Component({
  selector: 'chat-message-group',
  imports: [Avatar, MessageText, Receipts, SeenTarget],
  templateUrl: './message-group.html',
  styleUrl: './message-group.css',
  host: {
    '[class.own]': 'group().own',
    '[class.past]': 'group().past',
    '[style.--hue]': 'hue()',
  },
})
export class MessageGroup {
  private readonly store = inject(ChatStore);
  private readonly draft = inject(Draft);
  readonly group = input.required<Group>();
  /** Who is shown under which message. */
  readonly readers = input<GroupReaders>();

  protected readonly hue = computed(() => hueOf(this.group().userId));
  protected readonly time = computed(() => timeText(this.group().at));
  protected readonly iso = computed(() => new Date(this.group().at).toISOString());
  protected readonly problemText = problemText;

  /** Whether nothing is on its way any more, so that the time under it is the server's. */
  protected readonly sending = computed(() => this.group().lines.some((line) => line.state === 'sending'));

  protected readonly limitedUntil = computed(
    () => this.group().lines.find((line) => line.retryAt !== undefined)?.retryAt,
  );
  private readonly seconds = countdown(this.limitedUntil);
  protected readonly limitedText = computed(() =>
    this.seconds() > 0 ? `Too fast. Sent again in ${this.seconds()} s` : 'Sending again…',
  );

  protected retry(line: Line): void {
    this.store.retry(line.id);
    this.draft.focus();
  }

  protected edit(line: Line): void {
    this.draft.putBack(this.store.discard(line.id) ?? '');
  }

  protected discard(line: Line): void {
    this.store.discard(line.id);
    this.draft.focus();
  }
}
