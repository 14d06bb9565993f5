import { Injectable, signal } from '@angular/core';

/** Whether somebody is looking: the tab is in front, and the window has the focus. */
@Injectable({ providedIn: 'root' })
export class Presence {
  private readonly looking = signal(isLooking());

  readonly isHere = this.looking.asReadonly();

  constructor() {
    const look = () => this.looking.set(isLooking());
    document.addEventListener('visibilitychange', look);
    addEventListener('focus', look);
    addEventListener('blur', look);
    addEventListener('pageshow', look);
  }
}

function isLooking(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}
