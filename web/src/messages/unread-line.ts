export interface Look {
  /** Whether somebody looks at the room. */
  readonly here: boolean;
  /** How far they have read; unknown until the room is. */
  readonly position: number | undefined;
  readonly unread: number;
}

/** Where the line "New messages" is: at what had been read when the person went away. */
export class UnreadLine {
  private seq: number | undefined;
  private away = true;
  private waiting = false;

  /** The line is after this seq; there is none without. */
  get after(): number | undefined {
    return this.seq;
  }

  /** To be told of every change; true if the person is back and there is something new for them. */
  look({ here, position, unread }: Look): boolean {
    if (position === undefined) return false;
    if (!here) {
      if (!this.away || unread === 0) this.seq = position;
      this.away = true;
      this.seq ??= position;
      this.waiting = unread > 0;
      return false;
    }
    if (!this.away) return false;
    this.away = false;
    const isNews = unread > 0 || this.waiting;
    this.waiting = false;
    this.seq = isNews ? (this.seq ?? position) : undefined;
    return isNews;
  }

  clear(): void {
    this.seq = undefined;
  }
}
