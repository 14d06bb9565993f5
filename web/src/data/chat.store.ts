import { computed, inject, Injectable } from '@angular/core';
import { Chat } from './chat.js';
import type { User } from './client/index.js';

/** The room that is looked at, as signals. */
@Injectable({ providedIn: 'root' })
export class ChatStore {
  private readonly chat = inject(Chat);
  private readonly state = computed(() => this.chat.state().room);

  readonly phase = computed(() => this.chat.state().phase);
  readonly problem = computed(() => this.chat.state().problem);
  readonly receipts = computed(() => this.chat.state().receipts);
  readonly carrier = computed(() => this.state().carrier);
  readonly nickname = computed(() => this.state().nickname);
  readonly selves = computed(() => this.state().selves);
  readonly entries = computed(() => this.state().entries);
  readonly outbox = computed(() => this.state().outbox);
  readonly online = computed(() => this.state().online);
  readonly typing = computed(() => this.state().typing);
  readonly reads = computed(() => this.state().reads, { equal: sameItems });
  readonly position = computed(() => this.state().position);
  readonly unread = computed(() => this.state().unread);
  readonly history = computed(() => this.state().history);
  readonly filling = computed(() => this.state().filling);
  /** Until when nothing more is taken, because it was too much; of the monotonic clock. */
  readonly limitedUntil = computed(() => this.outbox().find((item) => item.retryAt !== undefined)?.retryAt);
  private readonly users = computed(() => this.state().users);
  /** Oneself first, then by name. */
  readonly people = computed(() => {
    const selves = this.selves();
    const rank = (user: User) => (selves.has(user.userId) ? 0 : 1);
    return this.users().toSorted((a, b) => rank(a) - rank(b) || a.nickname.localeCompare(b.nickname));
  });

  /** The name that was used last on this device. */
  get remembered(): string {
    return this.chat.client.remembered;
  }

  join(nickname: string): Promise<void> {
    return this.chat.act((client) => client.join(nickname));
  }

  leave(): void {
    this.chat.act((client) => client.leave());
  }

  /**
   * @throws OutboxFull
   */
  send(text: string): void {
    this.chat.act(({ room }) => room.send(text));
  }

  retry(id: string): void {
    this.chat.act(({ room }) => room.retry(id));
  }

  discard(id: string): string | undefined {
    return this.chat.act(({ room }) => room.discard(id));
  }

  /** What is being written was changed by the person. */
  type(text: string): void {
    this.chat.client.room.type(text);
  }

  /** A message was seen. */
  see(seq: number): void {
    this.chat.client.room.see(seq);
  }

  setReceipts(receipts: boolean): void {
    this.chat.act((client) => client.setReceipts(receipts));
  }

  loadEarlier(): Promise<void> {
    return this.chat.act(({ room }) => room.loadEarlier());
  }

  fillGap(key: number): Promise<void> {
    return this.chat.act(({ room }) => room.fillGap(key));
  }

  /** How many people are in the room, for somebody outside it; nothing if nobody knows. */
  async countPeople(): Promise<number | undefined> {
    return this.chat.client.room.people().then(
      ({ online }) => online,
      () => undefined,
    );
  }
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
