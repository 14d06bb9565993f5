import { computed, Injectable, signal } from '@angular/core';
import { io } from 'socket.io-client';
import { ChatClient } from './chat-client.js';
import type { User } from './contract.js';

/** The room, as signals. */
@Injectable({ providedIn: 'root' })
export class ChatStore {
  private readonly client = new ChatClient({
    open: io,
    fetch: (request) => fetch(request),
    shared: storage(() => localStorage),
    own: storage(() => sessionStorage),
  });
  private readonly state = signal(this.client.state);

  readonly phase = computed(() => this.state().phase);
  readonly carrier = computed(() => this.state().carrier);
  readonly nickname = computed(() => this.state().nickname);
  readonly selves = computed(() => this.state().selves, { equal: sameMembers });
  readonly entries = computed(() => this.state().entries);
  readonly outbox = computed(() => this.state().outbox);
  readonly online = computed(() => this.state().online);
  readonly problem = computed(() => this.state().problem);
  /** Oneself first, then by name. */
  readonly people = computed(() => {
    const selves = this.selves();
    const rank = (user: User) => (selves.has(user.userId) ? 0 : 1);
    return this.state().users.toSorted((a, b) => rank(a) - rank(b) || a.nickname.localeCompare(b.nickname));
  });

  /** The name that was used last on this device. */
  get remembered(): string {
    return this.client.remembered;
  }

  constructor() {
    this.client.subscribe((state) => this.state.set(state));
    addEventListener('online', () => this.client.wake());
    addEventListener('offline', () => this.client.doubt());
    addEventListener('pageshow', () => this.client.wake());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.client.wake();
    });
    this.client.resume();
  }

  join(nickname: string): Promise<void> {
    return this.client.join(nickname);
  }

  leave(): void {
    this.client.leave();
  }

  send(text: string): void {
    this.client.send(text);
  }

  retry(id: string): void {
    this.client.retry(id);
  }

  discard(id: string): string | undefined {
    return this.client.discard(id);
  }

  /** How many people are in the room, for somebody outside it; nothing if nobody knows. */
  async countPeople(): Promise<number | undefined> {
    return this.client.people().then(
      ({ online }) => online,
      () => undefined,
    );
  }
}

/** Even to name the storage throws where the browser forbids it. */
function storage(open: () => Storage): Storage | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}

function sameMembers(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((member) => b.has(member));
}
