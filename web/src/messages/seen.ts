import { DestroyRef, Directive, effect, ElementRef, inject, Injectable, input, untracked } from '@angular/core';
import { ChatStore } from '../data/chat.store';
import { Presence } from '../room/presence';

/** What only flits by was not seen; milliseconds. */
const DWELL = 400;

/** Tells the store which messages were on the screen, for a while and with somebody looking. */
@Injectable()
export class Seen {
  private readonly store = inject(ChatStore);
  private readonly presence = inject(Presence);
  private readonly seqs = new Map<Element, number>();
  private readonly onScreen = new Set<Element>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly observer = new IntersectionObserver((entries) => this.noticed(entries), {
    threshold: [0, 0.25, 0.5, 0.75, 1],
  });

  constructor() {
    effect(() => {
      if (this.presence.isHere()) untracked(() => this.lookAgain());
    });
    inject(DestroyRef).onDestroy(() => {
      this.observer.disconnect();
      clearTimeout(this.timer);
    });
  }

  watch(element: Element, seq: number): void {
    this.seqs.set(element, seq);
    this.observer.observe(element);
  }

  forget(element: Element): void {
    this.seqs.delete(element);
    this.onScreen.delete(element);
    this.observer.unobserve(element);
  }

  private noticed(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting, intersectionRatio, intersectionRect, rootBounds } of entries) {
      // Of a message that is taller than the screen no more can be seen at once.
      const fills = rootBounds !== null && intersectionRect.height > rootBounds.height / 3;
      if (isIntersecting && (intersectionRatio >= 0.5 || fills)) this.onScreen.add(target);
      else this.onScreen.delete(target);
    }
    this.lookAgain();
  }

  private lookAgain(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (!this.presence.isHere()) return;
      const seqs = [...this.onScreen].map((element) => this.seqs.get(element) ?? 0);
      if (seqs.length > 0) this.store.see(Math.max(...seqs));
    }, DWELL);
  }
}

/** A message that can be seen. */
@Directive({ selector: '[chatSeen]' })
export class SeenTarget {
  /** Its place in the log, once it has one. */
  readonly chatSeen = input.required<number | undefined>();

  constructor() {
    const seen = inject(Seen);
    const { nativeElement } = inject<ElementRef<Element>>(ElementRef);
    effect((onCleanup) => {
      const seq = this.chatSeen();
      if (seq === undefined) return;
      seen.watch(nativeElement, seq);
      onCleanup(() => seen.forget(nativeElement));
    });
  }
}
