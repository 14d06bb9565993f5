import { Injectable, signal } from '@angular/core';
import { io } from 'socket.io-client';
import { RoomsClient } from './client/index.js';

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

  readonly state = this.latest.asReadonly();

  constructor() {
    this.client.subscribe((state) => this.latest.set(state));
    addEventListener('online', () => this.client.wake());
    addEventListener('offline', () => this.client.doubt());
    addEventListener('pageshow', () => this.client.wake());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.client.wake();
    });
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
