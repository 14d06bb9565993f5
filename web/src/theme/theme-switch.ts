import { Component, computed, inject } from '@angular/core';
import { ThemeStore, type Theme } from './theme.store';

const NAMES: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' };

@Component({
  selector: 'chat-theme-switch',
  template: `
    <button
      type="button"
      class="icon-button"
      data-testid="theme-switch"
      [attr.data-theme]="store.theme()"
      [attr.aria-label]="label()"
      [title]="label()"
      (click)="store.turn()"
    >
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
        @switch (store.theme()) {
          @case ('light') {
            <circle cx="12" cy="12" r="4" />
            <path
              d="M12 3v1.500M12 19.500V21M3 12h1.500M19.5 12H21M5.6 5.600l1.1 1.100M17.3 17.300l1.1 1.100M5.6 18.400l1.1-1.100M17.3 6.700l1.1-1.1"
            />
          }
          @case ('dark') {
            <path d="M20 14.200A8.2 8.2 0 0 1 9.8 4 8.2 8.2 0 1 0 20 14.200Z" />
          }
          @default {
            <circle cx="12" cy="12" r="8" />
            <path d="M12 4v16a8 8 0 0 0 0-16Z" fill="currentColor" />
          }
        }
      </svg>
    </button>
  `,
})
export class ThemeSwitch {
  protected readonly store = inject(ThemeStore);
  protected readonly label = computed(
    () => `Theme: ${NAMES[this.store.theme()]}. Change to ${NAMES[this.store.next()]}`,
  );
}
