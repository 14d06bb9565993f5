export interface User {
  userId: string;
  nickname: string;
}

export interface Message extends User {
  /** The UUID that its sender chose. */
  id: string;
  /** That of its creation. */
  seq: number;
  room: string;
  text: string;
  /** ISO 8601 in UTC. */
  sentAt: string;
}

/** An entry of a room's log. */
export interface ChatEvent {
  seq: number;
  type: 'message.created';
  /** ISO 8601 in UTC. */
  at: string;
  message: Message;
}

/** How far somebody has read. */
export interface Read extends User {
  seq: number;
}

/** A message that has no place in the log yet. */
export type Draft = Pick<Message, 'id' | 'userId' | 'nickname' | 'text'>;
