import type { RoomState } from './contract.js';
import { Unreachable } from './errors.js';
import type { Timeline } from './timeline.js';

/** Questions for what is missing, before the connection itself is mistrusted. */
const MOST = 5;

export interface RecoveryOptions {
  timeline: Timeline;
  /** Asks the server what came after a cursor. */
  events: (cursor: string | undefined) => Promise<RoomState>;
  take: (state: RoomState) => void;
  giveUp: () => void;
}

/** Fetches what is missing while the connection goes on; where that does not help, a new one begins at the cursor. */
export class Recovery {
  private asking = false;
  private askAgain = false;

  constructor(private readonly options: RecoveryOptions) {}

  /** Something is missing. */
  async ask(): Promise<void> {
    this.askAgain = true;
    if (this.asking) return;
    this.asking = true;
    try {
      for (let tries = 0; this.askAgain; tries++) {
        if (tries === MOST) throw new Unreachable();
        this.askAgain = false;
        await this.askOnce();
      }
    } catch {
      this.options.giveUp();
    } finally {
      this.asking = false;
    }
  }

  private async askOnce(): Promise<void> {
    const { timeline, events, take } = this.options;
    const { cursor, epoch } = timeline;
    const state = await events(cursor);
    if (epoch === timeline.epoch) take(state);
  }
}
