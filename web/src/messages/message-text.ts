import { Component, computed, input } from '@angular/core';
import { isFewEmoji, segmentsOf } from './segments';

/** What was said: always text nodes, never markup. */
@Component({
  selector: 'chat-message-text',
  host: { '[class.emoji]': 'emoji()' },
  // In one line, because white space is kept here.
  // prettier-ignore
  template: `@for (segment of segments(); track $index) {@if (segment.href) {<a [href]="segment.href" target="_blank" rel="noopener noreferrer nofollow">{{ segment.text }}</a>} @else {{{ segment.text }}}}`,
  styles: `
    :host {
      display: block;
      white-space: pre-wrap;
      overflow-wrap: anywhere;
    }

    :host(.emoji) {
      font-size: 2.25rem;
      line-height: 1.3;
    }
  `,
})
export class MessageText {
  readonly text = input.required<string>();
  protected readonly segments = computed(() => segmentsOf(this.text()));
  protected readonly emoji = computed(() => isFewEmoji(this.text()));
}
