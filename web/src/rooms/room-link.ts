import { Component, computed, inject, input, output } from '@angular/core';
import type { RoomLine } from '../data/client/index.js';
import { hrefOf } from './address';
import { Place } from './place';

/** A room in the list: a link that leads there without leaving the page. */
@Component({
  selector: 'chat-room-link',
  template: `
    <a
      data-testid="room-link"
      [attr.href]="href()"
      [attr.data-room]="line().name"
      [attr.data-unread]="line().unread"
      [attr.aria-current]="current() ? 'page' : null"
      (click)="go($event)"
    >
      <bdi class="title">{{ line().title }}</bdi>
      @if (line().online > 0) {
        <span class="online" [title]="line().online + ' online'"
          >{{ line().online }}<span class="sr-only"> online</span></span
        >
      }
      @if (line().unread > 0) {
        <span class="unread">{{ count() }}<span class="sr-only"> unread</span></span>
      }
    </a>
  `,
  styleUrl: './room-link.css',
})
export class RoomLink {
  private readonly place = inject(Place);
  readonly line = input.required<RoomLine>();
  readonly current = input.required<boolean>();
  readonly chosen = output();

  protected readonly href = computed(() => hrefOf(this.line().name));
  protected readonly count = computed(() => (this.line().unread > 99 ? '99+' : String(this.line().unread)));

  protected go(event: MouseEvent): void {
    // A new tab or window is the browser's to open.
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.place.go(this.line().name);
    this.chosen.emit();
  }
}
