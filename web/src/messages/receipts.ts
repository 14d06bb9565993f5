import { Component, computed, ElementRef, input, signal, viewChild } from '@angular/core';
import type { Read } from '../data/client/index.js';
import { Avatar } from '../people/avatar';
import { readByText } from './read-by';

const SHOWN = 3;
/** Between the names and what they belong to, and the edge of the screen; pixels. */
const GAP = 6;

/** Who has read up to here: a few initials and a count, and the names of all for those who ask. */
@Component({
  selector: 'chat-receipts',
  imports: [Avatar],
  templateUrl: './receipts.html',
  styleUrl: './receipts.css',
})
export class Receipts {
  readonly readers = input.required<readonly Read[]>();
  private readonly button = viewChild.required<ElementRef<HTMLElement>>('button');
  private readonly popup = viewChild.required<ElementRef<HTMLElement>>('popup');

  protected readonly open = signal(false);
  protected readonly few = computed(() => this.readers().slice(0, SHOWN));
  protected readonly more = computed(() => this.readers().length - this.few().length);
  protected readonly label = computed(() => readByText(this.readers().map(({ nickname }) => nickname)));

  protected toggle(): void {
    this.popup().nativeElement.togglePopover();
  }

  protected toggled(event: Event): void {
    this.open.set((event as ToggleEvent).newState === 'open');
    if (this.open()) requestAnimationFrame(() => this.place());
  }

  /** Above what it belongs to, or below where there is no room; in the top layer nothing cuts it off. */
  private place(): void {
    const button = this.button().nativeElement.getBoundingClientRect();
    const { style, offsetWidth: width, offsetHeight: height } = this.popup().nativeElement;
    const above = button.top - height - GAP;
    style.top = `${above >= GAP ? above : button.bottom + GAP}px`;
    style.left = `${Math.max(GAP, Math.min(button.right - width, innerWidth - width - GAP))}px`;
  }
}
