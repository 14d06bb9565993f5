import { Component, computed, input } from '@angular/core';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A hue that is always the same for a person; degrees. Lightness and chroma are fixed, for the contrast. */
export function hueOf(userId: string): number {
  let hash = 2166136261;
  for (const char of userId) hash = Math.imul(hash ^ char.codePointAt(0)!, 16777619);
  return ((hash >>> 0) % 24) * 15;
}

/** The first sign of the first and of the last word, as a person would write the initials. */
export function initialsOf(nickname: string): string {
  const words = nickname.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends.map((word) => first(word ?? '').toLocaleUpperCase()).join('');
}

function first(word: string): string {
  // Most names begin so, and to ask the browser takes longer than all the rest.
  const plain = /^[!-~](?=[ -~]|$)/.exec(word);
  if (plain) return plain[0];
  for (const { segment } of graphemes.segment(word)) return segment;
  return '';
}

@Component({
  selector: 'chat-avatar',
  // Not as text: who hears or copies the page has the name beside it.
  template: '',
  host: { 'aria-hidden': 'true', '[style.--hue]': 'hue()', '[attr.data-initials]': 'initials()' },
  styles: `
    :host::before {
      content: attr(data-initials);
    }

    :host {
      display: inline-flex;
      align-items: center;
      justify-content: center;
      width: 2.25rem;
      height: 2.25rem;
      border-radius: 50%;
      background: light-dark(oklch(0.91 0.045 var(--hue)), oklch(0.36 0.055 var(--hue)));
      color: light-dark(oklch(0.36 0.085 var(--hue)), oklch(0.92 0.05 var(--hue)));
      font-size: 0.8125rem;
      font-weight: 600;
      letter-spacing: 0.01em;
      user-select: none;
    }
  `,
})
export class Avatar {
  readonly userId = input.required<string>();
  readonly nickname = input.required<string>();
  protected readonly hue = computed(() => hueOf(this.userId()));
  /** With one letter, where there is no place for two. */
  readonly brief = input(false);
  protected readonly initials = computed(() =>
    this.brief() ? first(initialsOf(this.nickname())) : initialsOf(this.nickname()),
  );
}
