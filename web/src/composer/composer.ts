import { CdkTextareaAutosize } from '@angular/cdk/text-field';
import { afterNextRender, Component, computed, effect, ElementRef, inject, signal, viewChild } from '@angular/core';
import { ChatStore } from '../data/chat.store';
import { TEXT_MAX } from '../data/client/index.js';
import { errorText } from '../data/problem-text';
import { RoomsStore } from '../data/rooms.store';
import { countdown } from '../status/countdown';
import { Draft } from './draft';

/** From here on the counter is shown. */
const COUNTED_FROM = TEXT_MAX - 400;

/** Where one writes. */
@Component({
  selector: 'chat-composer',
  imports: [CdkTextareaAutosize],
  templateUrl: './composer.html',
  styleUrl: './composer.css',
})
export class Composer {
  private readonly store = inject(ChatStore);
  private readonly field = viewChild.required<ElementRef<HTMLTextAreaElement>>('field');
  private readonly autosize = viewChild.required(CdkTextareaAutosize);
  protected readonly draft = inject(Draft);

  protected readonly length = computed(() => [...this.draft.text().trim()].length);
  protected readonly counted = computed(() => this.length() > COUNTED_FROM);
  protected readonly left = computed(() => TEXT_MAX - this.length());
  protected readonly offline = computed(() => this.store.carrier() === 'offline');
  protected readonly error = signal('');
  /** Seconds in which nothing more is taken; what was written stays. */
  protected readonly limited = countdown(this.store.limitedUntil);

  constructor() {
    const room = inject(RoomsStore).current;
    afterNextRender(() => this.focus());
    effect(() => {
      room();
      this.error.set('');
      // Elsewhere it would bring up a keyboard that covers what one came to read.
      if (matchMedia('(pointer: fine)').matches) this.focus();
    });
    // Not a binding: whoever types and sends within one frame leaves it at the value it had before.
    effect(() => this.show(this.draft.text()));
    effect(() => {
      if (this.draft.focusCalls() > 0) this.focus();
    });
  }

  protected write(text: string): void {
    this.draft.set(text);
    this.store.type(text);
    this.error.set('');
  }

  protected pressed(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey) return;
    // An input method's Enter ends the word; Safari tells it only by the old key code.
    if (event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  }

  protected send(): void {
    const text = this.draft.text().trim();
    this.focus();
    if (text === '' || this.limited() > 0) return;
    if (this.left() < 0) {
      const over = -this.left();
      this.error.set(
        `Too long by ${over} ${over === 1 ? 'character' : 'characters'}. A message has at most ${TEXT_MAX}.`,
      );
      return;
    }
    try {
      this.store.send(text);
    } catch (error) {
      return this.error.set(errorText(error));
    }
    this.draft.set('');
    this.error.set('');
  }

  private show(text: string): void {
    const field = this.field().nativeElement;
    if (field.value === text) return;
    field.value = text;
    this.autosize().resizeToFitContent(true);
  }

  private focus(): void {
    this.field().nativeElement.focus({ preventScroll: true });
  }
}
