import type { ChatState } from './chat-state.js';
import type { Problem } from './contract.js';

/** A room in the list. */
export interface RoomLine {
  readonly name: string;
  readonly title: string;
  readonly online: number;
  /** When something last happened there; ISO 8601. */
  readonly activeAt: string;
  /** How many messages the person has not read; 0 where they have never been. */
  readonly unread: number;
}

/** All there is to show, of all rooms. Every change makes a new one. */
export interface RoomsState {
  readonly phase: ChatState['phase'];
  /** The name of the room that is looked at. */
  readonly current: string;
  /** Whether there is no such room. */
  readonly missing: boolean;
  readonly room: ChatState;
  /** Newest activity first; empty until it is known. */
  readonly lines: readonly RoomLine[];
  /** Whether others may know how far the person has read. */
  readonly receipts: boolean;
  /** Why the person was put out without their wish. */
  readonly problem: Problem | undefined;
}
