import { computed, inject, Injectable, signal } from '@angular/core';
import { RoomsStore } from '../data/rooms.store';

/** What is being written, room by room; it outlives the composer, so that nothing takes it away but sending it. */
@Injectable({ providedIn: 'root' })
export class Draft {
  private readonly room = inject(RoomsStore).current;
  private readonly written = signal<Readonly<Record<string, string>>>({});
  private readonly calls = signal(0);

  readonly text = computed(() => this.written()[this.room()] ?? '');
  /** Grows whenever the composer is asked to take the focus. */
  readonly focusCalls = this.calls.asReadonly();

  set(text: string): void {
    this.written.update((all) => ({ ...all, [this.room()]: text }));
  }

  /** Gives a text back to be changed, before whatever has been written since. */
  putBack(text: string): void {
    const later = this.text();
    this.set(later.trim() === '' ? text : `${text}\n${later}`);
    this.focus();
  }

  focus(): void {
    this.calls.update((calls) => calls + 1);
  }
}
