import {
  afterNextRender,
  afterRenderEffect,
  Component,
  computed,
  DestroyRef,
  effect,
  ElementRef,
  inject,
  linkedSignal,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { ChatStore } from '../data/chat.store';
import type { Entry } from '../data/client/index.js';
import { kept } from '../data/kept';
import { Presence } from '../room/presence';
import { Announcements } from './announcements';
import { MessageGroup } from './message-group';
import { type GroupReaders, keptReaders, readersByGroup, readersOf } from './read-by';
import { type Row, rowsOf } from './rows';
import { ScrollKeeper } from './scroll-keeper';
import { earlierKey, laterKey, stretchOf } from './stretch';
import { Seen } from './seen';
import { dayText } from './times';
import { UnreadLine } from './unread-line';

/** So near to either end, what is beyond it is fetched; pixels. */
const NEAR = 600;
/** So many entries are before the line of what is new, where it is looked for. */
const BEFORE_LINE = 20;
/** So long the line stays when everything after it was read, for the eye to find it; milliseconds. */
const LINE_LINGERS = 8_000;

/** The conversation. */
@Component({
  selector: 'chat-messages',
  imports: [Announcements, MessageGroup],
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

  private readonly stretch = computed(() =>
    stretchOf(this.store.entries(), this.following() ? undefined : this.firstKey()),
  );
  private readonly shown = computed(() => this.stretch().shown);

  protected readonly dayText = dayText;
  protected readonly rows = linkedSignal<readonly Row[], readonly Row[]>({
    source: () =>
      rowsOf(this.shown(), this.store.outbox(), {
        nickname: this.store.nickname(),
        selves: this.store.selves(),
        readUpTo: this.readUpTo(),
      }),
    computation: (rows, before) => kept(before?.value ?? [], rows, ({ key }) => key),
  }).asReadonly();
  private readonly readers = computed(() => readersOf(this.shown(), this.store.reads(), this.store.selves()));
  protected readonly readersIn = linkedSignal<Record<string, GroupReaders>, Record<string, GroupReaders>>({
    source: () => readersByGroup(this.rows(), this.readers()),
    computation: (readers, before) => keptReaders(before?.value ?? {}, readers),
  }).asReadonly();
  protected readonly earlier = computed(() => (this.stretch().before > 0 ? 'more' : this.store.history()));
  protected readonly filling = this.store.filling;
  protected readonly connecting = computed(() => this.store.carrier() === 'connecting');
  protected readonly news = computed(() => {
    if (this.following()) return 0;
    return this.store.entries().filter((entry) => entry.key > this.passedKey() && this.isOthers(entry)).length;
  });

  constructor() {
    // Before the rows are drawn, and before anything below asks whether the list is followed.
    effect(() => {
      this.rows();
      this.earlier();
      untracked(() => this.keeper?.settle());
    });
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
      const keeper = new ScrollKeeper(
        list,
        'article',
        (following) => this.setFollowing(following),
        () => this.stretch().after === 0,
      );
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
    if (this.following()) return;
    this.fill();
    this.showLater();
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
    const stretch = this.stretch();
    this.setFollowing(false);
    if (stretch.before > 0) this.firstKey.set(earlierKey(this.store.entries(), stretch));
    else void this.store.loadEarlier();
  }

  /** Goes on where the page has not all that there is. */
  private showLater(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.list().nativeElement;
    const stretch = this.stretch();
    if (stretch.after === 0 || scrollHeight - clientHeight - scrollTop > NEAR) return;
    this.firstKey.set(laterKey(this.store.entries(), stretch));
  }

  /** Fetches what is before, where the top is near; what is not the person's doing stays as it is. */
  private fill(): void {
    const list = this.list().nativeElement;
    if (list.scrollTop > NEAR || untracked(this.earlier) !== 'more') return;
    if (untracked(this.following) && list.scrollHeight > list.clientHeight) return;
    untracked(() => {
      if (this.stretch().before > 0) this.showEarlier();
      else void this.store.loadEarlier();
    });
  }

  /** Whoever comes back begins to read where they stopped. */
  private toUnread(): void {
    if (!this.showLine || !this.keeper) return;
    const line = this.list().nativeElement.querySelector('.unread');
    if (!line) return this.reachUnread();
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

  /** The line may be before what is in the page. */
  private reachUnread(): void {
    const entries = untracked(this.store.entries);
    const lastReset = entries.findLastIndex((entry) => entry.kind === 'reset');
    const readUpTo = untracked(this.readUpTo) ?? Infinity;
    const first = entries.findIndex(
      (entry, index) => index > lastReset && entry.kind === 'message' && entry.message.seq > readUpTo,
    );
    if (first < 0 || first >= untracked(this.stretch).before) return;
    this.keeper?.stay();
    this.firstKey.set(entries[Math.max(0, first - BEFORE_LINE)]?.key ?? 0);
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
