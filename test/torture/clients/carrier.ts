import type { Message, RoomEvents, SendAnswer } from '../../../openapi/generated/chat.js';
import type { Random } from '../../support/random.js';
import type { Answer, Journal } from '../record.js';

/** Who follows: what a carrier needs of it, and tells it. */
export interface Follower {
  readonly name: string;
  readonly room: string;
  readonly url: string;
  readonly random: Random;
  readonly journal: Journal;
  readonly cursor: string | undefined;
  readonly token: string | undefined;
  readonly nickname: string;
  /** Whether it acts without a token where that is possible. */
  readonly guest: boolean;
  /** Goes along with each call. */
  readonly headers: Record<string, string>;

  /** It asks where the room stands; gives the number of the link. */
  asked(over: string, since: string | undefined): number;
  answered(link: number, answer: Answer): void;
  told(link: number, told: RoomEvents): void;
  confirm(token: string): void;
  /** What it showed of itself was refused; it shows something else next time. False if that does not help. */
  renew(code: string): boolean;
  wrong(error: unknown): void;
}

/** One way to follow a room and to speak in it. It comes back by itself from the follower's cursor until stopped. */
export interface Carrier {
  start(): void;
  stop(): void;
  /**
   * @throws Refused, Lost
   */
  send(message: Pick<Message, 'id' | 'text'>): Promise<SendAnswer>;
}

/** So long nobody waits for the answer to a send; in milliseconds. */
export const ANSWER_WITHIN = 1_500;

/** A wait before it is tried again. */
export const again = ({ random }: Pick<Follower, 'random'>) =>
  new Promise((resolve) => setTimeout(resolve, 10 + random.below(60)));
