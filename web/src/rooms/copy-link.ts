import { Component, inject, signal } from '@angular/core';
import { hrefOf } from './address';
import { Place } from './place';

/** So long it says that it is done; milliseconds. */
const SHOWN = 2_000;

/** Copies the room's address, to be given to others. */
@Component({
  selector: 'chat-copy-link',
  template: `
    <button
      type="button"
      class="icon-button"
      data-testid="copy-link"
      aria-label="Copy the link to this room"
      title="Copy the link to this room"
      (click)="copy()"
    >
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
        @if (copied()) {
          <path d="M5 12.500l4.500 4.500L19 7.500" />
        } @else {
          <path
            d="M10 14a4 4 0 0 0 5.700 0l3.100-3.100a4 4 0 0 0-5.700-5.700l-1.200 1.200M14 10a4 4 0 0 0-5.700 0l-3.100 3.100a4 4 0 0 0 5.700 5.700l1.200-1.200"
          />
        }
      </svg>
    </button>
    <span class="sr-only" role="status">{{ copied() ? 'Link copied' : '' }}</span>
  `,
})
export class CopyLink {
  private readonly place = inject(Place);
  protected readonly copied = signal(false);

  protected async copy(): Promise<void> {
    await write(location.origin + hrefOf(this.place.room()));
    this.copied.set(true);
    setTimeout(() => this.copied.set(false), SHOWN);
  }
}

/** The clipboard is missing where the page comes over plain HTTP, and may be forbidden; the old way mostly works. */
async function write(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const focused = document.activeElement as HTMLElement | null;
    const field = document.body.appendChild(document.createElement('textarea'));
    field.value = text;
    field.select();
    document.execCommand('copy');
    field.remove();
    focused?.focus();
  }
}
