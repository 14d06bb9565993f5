import type { Read, User } from '../domain/event.js';

/** What one process tells the others that serve the room; true for the moment only, and it may get lost. */
export type Word = { read: Read } | { typing: User; on: boolean } | { leave: User };

export interface Holder {
  user: User;
  /** Spoke without a token. */
  guest: boolean;
}

/** Who is in a room at another process who was at none before, and who is at none any more. */
export interface Moved {
  joined: User[];
  left: User[];
}

export interface RoomNeighbour {
  /** Everyone who is in the room at other processes, each once. */
  elsewhere(users: User[]): void;
  moved(moved: Moved): void;
  /** How many are in the room, here and elsewhere. */
  online(): number;
  heard(word: Word): void;
}

/** The other processes that serve the same rooms: who is there, and what they say. */
export interface Neighbours {
  /**
   * Makes a nickname the user's, everywhere; tells whose it is if it is somebody else's.
   *
   * @param proven whether a token says that it is theirs: then they are let in also while nobody can be asked
   * @throws Refusal `unavailable`
   */
  claim(holder: Holder, proven: boolean): Promise<Holder | undefined>;

  /** Whose the nickname is, if it is anybody's. */
  holder(nickname: string): Promise<Holder | undefined>;

  /** The user has nothing to do with this process any more. */
  release(user: User): void;

  /** From now on the listener is told of the room; resolves when it was told who is there. */
  follow(room: string, listener: RoomNeighbour): Promise<void>;
  unfollow(room: string): Promise<void>;

  /** The user is in the room here; `heard` is whether a call says so, which outlives this process. */
  present(room: string, user: User, heard: boolean): void;
  absent(room: string, user: User): void;

  say(room: string, word: Word): void;

  /** Resolves when the others have acted on it, or have not within half a second; never throws. */
  tell(room: string, word: Word): Promise<void>;
}

/** For a process that is the only one. */
export const noNeighbours: Neighbours = {
  claim: async () => undefined,
  holder: async () => undefined,
  release: () => undefined,
  follow: async () => undefined,
  unfollow: async () => undefined,
  present: () => undefined,
  absent: () => undefined,
  say: () => undefined,
  tell: async () => undefined,
};
