import { Injectable, signal } from '@angular/core';

/** What is being written; it outlives the composer, so that nothing takes it away but sending it. */
@Injectable({ providedIn: 'root' })
export class Draft {
  private readonly written = signal('');
  private readonly calls = signal(0);

  readonly text = this.written.asReadonly();
  /** Grows whenever the composer is asked to take the focus. */
  readonly focusCalls = this.calls.asReadonly();

  set(text: string): void {
    this.written.set(text);
  }

  /** Gives a text back to be changed, before whatever has been written since. */
  putBack(text: string): void {
    this.written.update((later) => (later.trim() === '' ? text : `${text}\n${later}`));
    this.focus();
  }

  focus(): void {
    this.calls.update((calls) => calls + 1);
  }
}
