/** Of so many messages of others within so many milliseconds each is read out; of more nobody could keep up. */
const FEW = 5;
const WHILE = 5_000;
/** So often the number of messages is read out instead; milliseconds. */
const TELL = 10_000;

/** What a screen reader hears of a room: each message, or in a busy room how many there were. */
export class Announcer {
  private recent: readonly number[] = [];
  private untold = 0;
  private toldAt = -Infinity;
  private told = '';

  /** Takes in how many messages of others came just now, and how late it is; gives what is to be said from now on. */
  heard(count: number, now: number): string {
    const wasBusy = this.isBusy;
    const news = Array<number>(Math.min(count, FEW + 1)).fill(now);
    this.recent = [...this.recent.filter((at) => at > now - WHILE), ...news].slice(-FEW - 1);
    if (this.isBusy) this.untold += count;
    else if (!wasBusy) this.told = '';
    if (this.untold > 0 && (!this.isBusy || now - this.toldAt >= TELL)) {
      this.told = `${this.untold} new ${this.untold === 1 ? 'message' : 'messages'}`;
      this.toldAt = now;
      this.untold = 0;
    }
    return this.told;
  }

  /** Whether messages come too fast to be read out one by one. */
  get isBusy(): boolean {
    return this.recent.length > FEW;
  }
}
