import type { ChatEvent, Draft, Message, Read } from '../domain/event.js';

/** Takes the events of one room, in the order of their `seq`, each once. */
export type Follower = (events: ChatEvent[]) => void;

/**
 * Is told that the log was lost, or that events are gone which had not been given to the follower: this is
 * what there is now. Whoever listens has to start over from their cursors.
 */
export type Reset = (log: OpenedLog) => void;

export interface KeptRoom {
  name: string;
  title: string;
  /** ISO 8601 in UTC. */
  activeAt: string;
}

export interface OpenedLog {
  epoch: string;
  /** Of the last event before the ones that `follow` will get. */
  seq: number;
  /** The newest events that are kept, up to `seq`. */
  events: ChatEvent[];
}

export interface Appended {
  message: Message;
  /** Whether it was there already. */
  duplicate: boolean;
}

/** How long messages are kept; without a bound, for ever. */
export interface Retention {
  /** Milliseconds. */
  age?: number;
  /** Messages of each room. */
  count?: number;
}

/**
 * Keeps the rooms' logs. The store alone gives an event its `seq`, and it remembers the ids of messages, so
 * that one that is sent again is found again. An event reaches the follower before its `append` resolves.
 * What cannot be kept is refused with `unavailable`.
 */
export interface LogStore {
  /** Whether what it keeps outlives the process. */
  readonly durable: boolean;

  /** What is wrong with it right now, in words for the operator. */
  trouble(): Promise<string | undefined>;

  /** The rooms that an earlier process left. */
  rooms(): Promise<KeptRoom[]>;

  /** Opens a room's log, which is empty if there was none, and follows it. */
  open(room: Pick<KeptRoom, 'name' | 'title'>, follow: Follower, reset: Reset): Promise<OpenedLog>;

  /** Resolves when the follower was given all that any process had kept when this was called. */
  catchUp(room: string): Promise<void>;

  /**
   * Adds a message to the log of an open room; once it resolves the message is kept.
   *
   * @throws Refusal `id-conflict` when the id is remembered with another text
   */
  append(room: string, draft: Draft): Promise<Appended>;

  /**
   * The message that was kept under the id, if it is remembered.
   *
   * @throws Refusal `id-conflict` when the id is remembered with another text
   */
  find(room: string, draft: Pick<Draft, 'id' | 'text'>): Promise<Message | undefined>;

  /**
   * The newest `limit` messages with a `seq` below `before`, oldest first, as far as the store reaches back.
   * A store that keeps no more than its followers were given has none.
   */
  history(room: string, limit: number, before: number): Promise<Message[]>;

  /** Moves a person's mark forward; tells whether it moved. */
  mark(room: string, read: Read): Promise<boolean>;

  /** How far everyone has read. */
  marks(room: string): Promise<Read[]>;

  /** Forgets the room and all that hangs on it. */
  drop(room: string): Promise<void>;

  /** Lets go of what is older than it has to be kept, if the store was told how long that is. */
  prune(): Promise<void>;

  /** Waits for what is under way, and lets go of the machine's resources. */
  close(): Promise<void>;
}
