import { computed, effect, Injectable, signal } from '@angular/core';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'chat.theme';

/** Light or dark: as the system has it, unless the person said otherwise. */
@Injectable({ providedIn: 'root' })
export class ThemeStore {
  private readonly chosen = signal<Theme>(remembered());
  private readonly systemIsDark = signal(matchMedia('(prefers-color-scheme: dark)').matches);

  readonly theme = this.chosen.asReadonly();

  /** The other one first, so that the first press is seen to do something; then back by way of the system's. */
  readonly next = computed<Theme>(() => {
    const [same, other] = this.systemIsDark() ? (['dark', 'light'] as const) : (['light', 'dark'] as const);
    switch (this.chosen()) {
      case 'system':
        return other;
      case other:
        return same;
      default:
        return 'system';
    }
  });

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ({ matches }) =>
      this.systemIsDark.set(matches),
    );
    effect(() => apply(this.chosen()));
  }

  turn(): void {
    this.chosen.set(this.next());
  }
}

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // No storage: it holds until the page is closed.
  }
}

function remembered(): Theme {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === 'light' || theme === 'dark' ? theme : 'system';
  } catch {
    return 'system';
  }
}
