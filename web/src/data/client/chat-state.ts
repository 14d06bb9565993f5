import type { Carrier } from './connection.js';
import type { Problem, Read, User } from './contract.js';
import type { Outgoing } from './outbox.js';
import type { Entry } from './timeline.js';

/** All there is to show. Every change makes a new one. */
export interface ChatState {
  readonly phase: 'out' | 'joining' | 'in';
  readonly carrier: Carrier;
  readonly nickname: string;
  /** Everybody this tab has been; who joins anew after a token was refused gets another id. */
  readonly selves: ReadonlySet<string>;
  readonly online: number;
  readonly users: readonly User[];
  /** Who types, oneself aside. */
  readonly typing: readonly User[];
  /** Who has read how far. */
  readonly reads: readonly Read[];
  /** How far the person has read; unknown until the room is. */
  readonly position: number | undefined;
  /** How many messages of others came after that. */
  readonly unread: number;
  /** Whether there are older messages than these; `full`: none are loaded on top of so many. */
  readonly history: 'unknown' | 'more' | 'loading' | 'full' | 'end';
  /** The key of the gap that is being filled. */
  readonly filling: number | undefined;
  readonly entries: readonly Entry[];
  readonly outbox: readonly Outgoing[];
  /** Why the room was left without the person's wish. */
  readonly problem: Problem | undefined;
}
