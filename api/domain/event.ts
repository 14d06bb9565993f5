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

/** The event that keeps a new message. */
export function messageCreated(message: Message): ChatEvent {
  return { seq: message.seq, type: 'message.created', at: message.sentAt, message };
}

/** How far somebody has read. */
export interface Read extends User {
  seq: number;
}

/** A message that has no place in the log yet. */
export type Draft = Pick<Message, 'id' | 'userId' | 'nickname' | 'text'>;
