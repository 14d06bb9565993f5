import { Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { ChatStore } from '../data/chat.store';
import { typingText, typingWords } from './typing-words';

/** A screen reader hears of it no more often than this; milliseconds. */
const QUIET = 15_000;

/** Who is typing. */
@Component({
  selector: 'chat-typing',
  // In one line, because white space is seen here.
  // prettier-ignore
  template: `<p class="line" aria-hidden="true" data-testid="typing-line">@for (name of words().names; track $index) {@if ($index > 0) {<span class="and"> and </span>}<bdi>{{ name }}</bdi>}<span>{{ words().rest }}</span>@if (words().rest) {<i><b></b><b></b><b></b></i>}</p><p class="sr-only" role="status">{{ said() }}</p>`,
  styleUrl: './typing.css',
})
export class Typing {
  private readonly typists = inject(ChatStore).typing;
  protected readonly words = computed(() => typingWords(this.typists().map(({ nickname }) => nickname)));
  protected readonly said = signal('');
  private saidAt = -Infinity;

  constructor() {
    effect(() => {
      const text = typingText(this.words());
      untracked(() => this.say(text));
    });
  }

  private say(text: string): void {
    if (text === '') return this.said.set('');
    if (performance.now() - this.saidAt < QUIET) return;
    this.saidAt = performance.now();
    this.said.set(text);
  }
}
