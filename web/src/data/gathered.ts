/** In a busy room the page is drawn anew no sooner than this after the last time; milliseconds. */
const REST_MS = 80;

/**
 * Gathers what changes: the first change after a quiet moment is shown at once, and those that come in a row are
 * shown together. So the page has time for who types in it, however much the others say. By a timer and not by
 * frames: a page in the background has none, and its title tells what waits.
 */
export class Gathered {
  private shownAt = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly show: () => void) {}

  /** Something changed; it is shown soon. */
  later(): void {
    if (this.timer !== undefined) return;
    const rest = this.shownAt + REST_MS - performance.now();
    if (rest <= 0) this.now();
    else this.timer = setTimeout(() => this.now(), rest);
  }

  /** Something changed that its person waits for. */
  now(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.shownAt = performance.now();
    this.show();
  }
}
