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
import type { Entry } from '../data/client/index.js';
import { Presence } from '../room/presence';
import { MessageGroup } from './message-group';
import { readersOf } from './read-by';
import { rowsOf } from './rows';
import { ScrollKeeper } from './scroll-keeper';
import { Seen } from './seen';
import { dayText } from './times';
import { UnreadLine } from './unread-line';

/** So many entries are in the page; more only while somebody looks at older ones. */
const SHOWN = 300;
const EARLIER = 100;
/** So near to the top, what is before it is fetched; pixels. */
const NEAR_TOP = 600;
/** So long the line stays when everything after it was read, for the eye to find it; milliseconds. */
const LINE_LINGERS = 8_000;

/** The conversation. */
@Component({
  selector: 'chat-messages',
  imports: [MessageGroup],
  templateUrl: './messages.html',
  styleUrl: './messages.css',
  providers: [Seen],
})
export class Messages {
  private readonly store = inject(ChatStore);
  private readonly list = viewChild.required<ElementRef<HTMLElement>>('list');
  private readonly content = viewChild.required<ElementRef<HTMLElement>>('content');
  private readonly following = signal(true);
  private readonly firstKey = signal(0);
  /** The last entry that was at the end while the list followed it. */
  private readonly passedKey = signal(0);
  private readonly presence = inject(Presence);
  private readonly unreadLine = new UnreadLine();
  private readonly readUpTo = signal<number | undefined>(undefined);
  private showLine = false;
  private keeper: ScrollKeeper | undefined;

  private readonly shown = computed(() => {
    const entries = this.store.entries();
    if (this.following()) return entries.slice(-SHOWN);
    const firstKey = this.firstKey();
    return entries.filter((entry) => entry.key >= firstKey);
  });

  protected readonly dayText = dayText;
  protected readonly rows = computed(() =>
    rowsOf(this.shown(), this.store.outbox(), {
      nickname: this.store.nickname(),
      selves: this.store.selves(),
      readUpTo: this.readUpTo(),
    }),
  );
  protected readonly readers = computed(() => readersOf(this.store.entries(), this.store.reads(), this.store.selves()));
  protected readonly earlier = computed(() =>
    this.shown().length < this.store.entries().length ? 'more' : this.store.history(),
  );
  protected readonly filling = this.store.filling;
  protected readonly connecting = computed(() => this.store.carrier() === 'connecting');
  protected readonly news = computed(() => {
    if (this.following()) return 0;
    return this.store.entries().filter((entry) => entry.key > this.passedKey() && this.isOthers(entry)).length;
  });

  constructor() {
    effect(() => {
      if (this.following()) this.passedKey.set(this.store.entries().at(-1)?.key ?? 0);
    });
    effect(() => {
      const look = { here: this.presence.isHere(), position: this.store.position(), unread: this.store.unread() };
      if (this.unreadLine.look(look)) this.showLine = true;
      this.readUpTo.set(this.unreadLine.after);
    });
    effect((onCleanup) => {
      if (!this.presence.isHere() || this.store.unread() > 0 || this.readUpTo() === undefined) return;
      const timer = setTimeout(() => this.clearLine(), LINE_LINGERS);
      onCleanup(() => clearTimeout(timer));
    });
    // Who says something wants to see it.
    let ownBefore = 0;
    effect(() => {
      const own = this.store.outbox().length;
      if (own > ownBefore) {
        untracked(() => {
          this.clearLine();
          this.toEnd();
        });
      }
      ownBefore = own;
    });
    afterRenderEffect(() => {
      this.rows();
      this.earlier();
      this.keeper?.keep();
      this.toUnread();
      this.fill();
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
      this.toUnread();
    });
  }

  protected scrolled(): void {
    this.keeper?.scrolled();
    if (!this.following()) this.fill();
  }

  protected fillGap(key: number): void {
    // Who reads what was missed does not want to be at the end.
    this.keeper?.stay();
    void this.store.fillGap(key);
  }

  protected toEnd(): void {
    this.keeper?.toEnd();
  }

  protected showEarlier(): void {
    const entries = this.store.entries();
    const first = entries.findIndex((entry) => entry.key === this.shown()[0]?.key);
    this.setFollowing(false);
    if (first > 0) this.firstKey.set(entries[Math.max(0, first - EARLIER)]?.key ?? 0);
    else void this.store.loadEarlier();
  }

  /** Fetches what is before, where the top is near; what is not the person's doing stays as it is. */
  private fill(): void {
    const list = this.list().nativeElement;
    if (list.scrollTop > NEAR_TOP || untracked(this.earlier) !== 'more') return;
    if (untracked(this.following) && list.scrollHeight > list.clientHeight) return;
    untracked(() => {
      if (this.shown().length < this.store.entries().length) this.showEarlier();
      else void this.store.loadEarlier();
    });
  }

  /** Whoever comes back begins to read where they stopped. */
  private toUnread(): void {
    const line = this.showLine && this.list().nativeElement.querySelector('.unread');
    if (!line || !this.keeper) return;
    this.showLine = false;
    const list = this.list().nativeElement;
    if (line.getBoundingClientRect().top >= list.getBoundingClientRect().top) return;
    this.keeper.toElement(line);
    const readUpTo = untracked(this.readUpTo) ?? 0;
    const read = untracked(this.store.entries).findLast(
      (entry) => entry.kind === 'message' && entry.message.seq <= readUpTo,
    );
    this.passedKey.set(read?.key ?? this.firstKeyOfAll());
  }

  private firstKeyOfAll(): number {
    return (untracked(this.store.entries)[0]?.key ?? 0) - 1;
  }

  private isOthers(entry: Entry): boolean {
    return entry.kind === 'message' && !this.store.selves().has(entry.message.userId);
  }

  private clearLine(): void {
    this.unreadLine.clear();
    this.readUpTo.set(undefined);
  }

  private setFollowing(following: boolean): void {
    if (!following) this.firstKey.set(this.shown()[0]?.key ?? 0);
    this.following.set(following);
  }
}
