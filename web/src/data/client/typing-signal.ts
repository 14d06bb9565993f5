import type { Clock } from './clock.js';

/** So often it is said again; the server lets it fade after 5 s. */
const REFRESH_MS = 3_000;

/** Tells the others that somebody types, as often as is needed and no more. */
export class TypingSignal {
  private saidAt: number | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly say: (typing: boolean) => void,
  ) {}

  /** The text was changed by the person. */
  typed(text: string): void {
    if (text === '') return this.stop();
    const now = this.clock.now();
    if (this.saidAt !== undefined && now - this.saidAt < REFRESH_MS) return;
    this.saidAt = now;
    this.say(true);
  }

  /** The text is gone, or the person went elsewhere. */
  stop(): void {
    if (this.saidAt === undefined) return;
    this.saidAt = undefined;
    this.say(false);
  }

  /** The message itself tells the server that its typing is over. */
  sent(): void {
    this.saidAt = undefined;
  }
}
