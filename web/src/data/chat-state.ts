import type { Carrier } from './connection.js';
import type { Problem, User } from './contract.js';
import type { Outgoing } from './outbox.js';
import type { Entry } from './timeline.js';

/** All there is to show. Every change makes a new one. */
export interface ChatState {
  readonly phase: 'out' | 'joining' | 'in';
  readonly carrier: Carrier;
  readonly nickname: string;
  /** Everybody this client has been; who joins anew after a token was refused gets another id. */
  readonly selves: ReadonlySet<string>;
  readonly online: number;
  readonly users: readonly User[];
  readonly entries: readonly Entry[];
  readonly outbox: readonly Outgoing[];
  /** Why the room was left without the person's wish. */
  readonly problem: Problem | undefined;
}
