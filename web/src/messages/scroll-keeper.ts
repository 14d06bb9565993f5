/** So near to the end counts as the end; pixels. */
const NEAR = 16;

/**
 * Keeps a scrolled list where the person put it: at the end it follows what is added, anywhere else what is
 * looked at stays in its place to the pixel, whatever is added, taken away or reflowed above it. The browser's
 * own scroll anchoring is not everywhere, and does nothing at the very top.
 */
export class ScrollKeeper {
  private lastTop = 0;
  private anchor: { element: Element; id: string | null; top: number } | undefined;

  /**
   * @param anchors selects what may be held on to, in the order of the list; each with a `data-id`
   * @param isWhole whether the list ends with the last there is; else there is no end to follow
   */
  constructor(
    private readonly list: HTMLElement,
    private readonly anchors: string,
    private readonly setFollowing: (following: boolean) => void,
    private readonly isWhole: () => boolean = () => true,
    private following = true,
  ) {}

  toEnd(): void {
    this.follow(true);
    this.keep();
  }

  /** Leaves the end for an element, with a little of what is before it. */
  toElement(element: Element): void {
    this.follow(false);
    this.list.scrollTop += this.topOf(element) - this.list.clientHeight / 5;
    this.lastTop = this.list.scrollTop;
    this.hold();
  }

  /** What is looked at stays where it is, also at the end. */
  stay(): void {
    this.follow(false);
    this.hold();
  }

  /** The list was scrolled, by the person or from here. */
  scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    if (scrollHeight - clientHeight - scrollTop <= NEAR && this.isWhole()) this.follow(true);
    // Only who goes up wants to leave the end; the end may also go away downwards.
    else if (scrollTop < this.lastTop) this.follow(false);
    this.lastTop = scrollTop;
    this.hold();
  }

  /** Something is about to change: what the person has scrolled counts, though its event comes with the next frame. */
  settle(): void {
    if (this.list.scrollTop !== this.lastTop) this.scrolled();
  }

  /** Something changed in the list or around it. */
  keep(): void {
    if (this.following) {
      this.list.scrollTop = this.list.scrollHeight;
    } else if (this.anchor) {
      const element = this.find(this.anchor);
      const moved = element ? this.topOf(element) - this.anchor.top : 0;
      if (moved !== 0) this.list.scrollTop += moved;
    }
    this.lastTop = this.list.scrollTop;
    this.hold();
  }

  private follow(following: boolean): void {
    if (following === this.following) return;
    this.following = following;
    this.setFollowing(following);
  }

  private hold(): void {
    if (this.following) return void (this.anchor = undefined);
    const top = this.list.getBoundingClientRect().top;
    for (const element of this.list.querySelectorAll(this.anchors)) {
      if (element.getBoundingClientRect().bottom <= top) continue;
      this.anchor = { element, id: element.getAttribute('data-id'), top: this.topOf(element) };
      return;
    }
  }

  // What comes in before a group may make it part of another one, with new elements for the same messages.
  private find({ element, id }: { element: Element; id: string | null }): Element | undefined {
    if (element.isConnected) return element;
    return [...this.list.querySelectorAll(this.anchors)].find((other) => other.getAttribute('data-id') === id);
  }

  private topOf(element: Element): number {
    return element.getBoundingClientRect().top - this.list.getBoundingClientRect().top;
  }
}
