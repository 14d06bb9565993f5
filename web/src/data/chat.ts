import { Injectable, signal } from '@angular/core';
import { io } from 'socket.io-client';
import { RoomsClient } from './client/index.js';
import { Gathered } from './gathered.js';

/** The person's client and its state, for the stores alone. */
@Injectable({ providedIn: 'root' })
export class Chat {
  readonly client = new RoomsClient({
    open: io,
    fetch: (request) => fetch(request),
    shared: storage(() => localStorage),
    own: storage(() => sessionStorage),
    visible: () => !document.hidden,
  });
  private readonly latest = signal(this.client.state);
  private readonly gathered = new Gathered(() => this.latest.set(this.client.state));

  readonly state = this.latest.asReadonly();

  constructor() {
    this.client.subscribe(() => this.gathered.later());
    addEventListener('online', () => this.client.wake());
    addEventListener('offline', () => this.client.doubt());
    addEventListener('pageshow', () => this.client.wake());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.client.wake();
    });
  }

  /** What the person does is shown at once. */
  act<T>(act: (client: RoomsClient) => T): T {
    try {
      return act(this.client);
    } finally {
      this.gathered.now();
    }
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
