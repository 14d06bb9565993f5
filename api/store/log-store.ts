import type { ChatEvent, Draft, Message } from '../domain/event.js';

/** Takes the events of one room, in the order of their `seq`, each once. */
export type Follower = (events: ChatEvent[]) => void;

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

/**
 * Keeps the rooms' logs. The store alone gives an event its `seq`, and it remembers the ids of messages, so
 * that one that is sent again is found again. An event reaches the follower before its `append` resolves.
 */
export interface LogStore {
  /** Opens a room's log, which is empty if there was none, and follows it. */
  open(room: string, follow: Follower): Promise<OpenedLog>;

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
}
