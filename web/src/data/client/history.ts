import type { MessagePage } from './contract.js';
import type { Timeline } from './timeline.js';

const PAGE = 50;
/** A gap is asked for by hand, once; the most that the contract gives. */
const GAP_PAGE = 200;
/** Less than what is kept, so that what comes in meanwhile does not take away what is being read. */
const MOST_ENTRIES = 1500;

export interface HistoryOptions {
  timeline: Timeline;
  page: (before: number, limit: number) => Promise<MessagePage>;
  /** A page is there. */
  loaded: (page: MessagePage) => void;
  changed: () => void;
}

/** What was said before the messages that are known, and in the gaps between them, page by page. */
export class History {
  private loading: 'earlier' | number | undefined;
  /** The oldest message, if the server has none before it. */
  private beginning: number | undefined;

  constructor(private readonly options: HistoryOptions) {}

  /** Whether there are older messages; `full`: none are loaded on top of so many. */
  get state(): 'unknown' | 'more' | 'loading' | 'full' | 'end' {
    const { timeline } = this.options;
    const { oldest } = timeline;
    if (oldest === undefined) return 'unknown';
    if (this.loading === 'earlier') return 'loading';
    if (oldest === 1 || oldest === this.beginning) return 'end';
    return timeline.entries.length >= MOST_ENTRIES ? 'full' : 'more';
  }

  /** The key of the gap that is being filled. */
  get filling(): number | undefined {
    return typeof this.loading === 'number' ? this.loading : undefined;
  }

  /** It is another log now. */
  reset(): void {
    this.beginning = undefined;
  }

  /** Loads the page before the oldest message. */
  async loadEarlier(): Promise<void> {
    const { timeline } = this.options;
    const { oldest } = timeline;
    if (this.state !== 'more' || oldest === undefined) return;
    await this.load('earlier', oldest, PAGE, ({ epoch, messages }) => {
      timeline.prepend(epoch, messages);
      if (messages.length === 0) this.beginning = oldest;
    });
  }

  /** Loads the page before what follows a gap. */
  async fill(key: number): Promise<void> {
    const { timeline } = this.options;
    const gap = timeline.gap(key);
    if (!gap?.kept) return;
    await this.load(key, gap.before, GAP_PAGE, ({ epoch, messages }) => timeline.fill(key, epoch, messages));
  }

  private async load(what: 'earlier' | number, before: number, limit: number, take: (page: MessagePage) => void) {
    if (this.loading !== undefined) return;
    const { timeline, page, loaded, changed } = this.options;
    const { epoch } = timeline;
    this.loading = what;
    changed();
    try {
      const answer = await page(before, limit);
      if (epoch !== timeline.epoch) return;
      take(answer);
      loaded(answer);
    } catch {
      // It is tried again when the person next looks for it.
    } finally {
      this.loading = undefined;
      changed();
    }
  }
}
