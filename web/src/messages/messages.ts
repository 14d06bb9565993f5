import {
  afterNextRender,
  afterRenderEffect,
  Component,
  computed,
  DestroyRef,
  effect,
  ElementRef,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { ChatStore } from '../data/chat.store';
import type { Entry } from '../data/timeline';
import { MessageGroup } from './message-group';
import { rowsOf } from './rows';
import { ScrollKeeper } from './scroll-keeper';
import { dayText } from './times';

/** So many entries are in the page; more only while somebody looks at older ones. */
const SHOWN = 300;
const EARLIER = 100;

/** The conversation. */
@Component({
  selector: 'chat-messages',
  imports: [MessageGroup],
  templateUrl: './messages.html',
  styleUrl: './messages.css',
})
export class Messages {
  private readonly store = inject(ChatStore);
  private readonly list = viewChild.required<ElementRef<HTMLElement>>('list');
  private readonly content = viewChild.required<ElementRef<HTMLElement>>('content');
  private readonly following = signal(true);
  private readonly firstKey = signal(0);
  private readonly seenKey = signal(0);
  private keeper: ScrollKeeper | undefined;

  private readonly shown = computed(() => {
    const entries = this.store.entries();
    if (this.following()) return entries.slice(-SHOWN);
    const firstKey = this.firstKey();
    return entries.filter((entry) => entry.key >= firstKey);
  });

  protected readonly dayText = dayText;
  protected readonly rows = computed(() =>
    rowsOf(this.shown(), this.store.outbox(), { nickname: this.store.nickname(), selves: this.store.selves() }),
  );
  protected readonly hasEarlier = computed(() => this.shown().length < this.store.entries().length);
  protected readonly connecting = computed(() => this.store.carrier() === 'connecting');
  protected readonly news = computed(() => {
    if (this.following()) return 0;
    return this.store.entries().filter((entry) => entry.key > this.seenKey() && this.isOthers(entry)).length;
  });

  constructor() {
    effect(() => {
      if (this.following()) this.seenKey.set(this.store.entries().at(-1)?.key ?? 0);
    });
    // Who says something wants to see it.
    let ownBefore = 0;
    effect(() => {
      const own = this.store.outbox().length;
      if (own > ownBefore) untracked(() => this.toEnd());
      ownBefore = own;
    });
    afterRenderEffect(() => {
      this.rows();
      this.keeper?.keep();
    });
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      const list = this.list().nativeElement;
      const keeper = new ScrollKeeper(list, 'article', (following) => this.setFollowing(following));
      const observer = new ResizeObserver(() => keeper.keep());
      observer.observe(list);
      observer.observe(this.content().nativeElement);
      destroyed.onDestroy(() => observer.disconnect());
      this.keeper = keeper;
      keeper.keep();
    });
  }

  protected scrolled(): void {
    this.keeper?.scrolled();
  }

  protected toEnd(): void {
    this.keeper?.toEnd();
  }

  protected showEarlier(): void {
    const entries = this.store.entries();
    const first = entries.findIndex((entry) => entry.key === this.shown()[0]?.key);
    this.setFollowing(false);
    this.firstKey.set(entries[Math.max(0, first - EARLIER)]?.key ?? 0);
  }

  private setFollowing(following: boolean): void {
    if (!following) this.firstKey.set(this.shown()[0]?.key ?? 0);
    this.following.set(following);
  }

  private isOthers(entry: Entry): boolean {
    return entry.kind === 'message' && !this.store.selves().has(entry.message.userId);
  }
}
