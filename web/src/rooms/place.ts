import { Injectable, signal } from '@angular/core';
import { hrefOf, roomIn } from './address';

/** The room that the page's address names. */
@Injectable({ providedIn: 'root' })
export class Place {
  private readonly named = signal(roomIn(location.pathname));

  readonly room = this.named.asReadonly();

  constructor() {
    addEventListener('popstate', () => this.named.set(roomIn(location.pathname)));
  }

  go(room: string): void {
    if (room === this.named()) return;
    history.pushState(null, '', hrefOf(room));
    this.named.set(room);
  }
}
