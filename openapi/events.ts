/**
 * The typed event maps of the Socket.IO namespace `/chat/<room>`, shared by the gateway and the page. The
 * payloads are the schemas of the contract.
 */
import type * as Contract from './generated/chat.js';

/** What every client event is answered with. */
export type Ack<Data> = { ok: true; data: Data } | { ok: false; problem: Contract.Problem };

export interface ClientEvents {
  'message:send': (command: Contract.SendCommand, ack: (answer: Ack<Contract.SendAnswer>) => void) => void;
  'typing:set': (command: Contract.TypingCommand, ack: (answer: Ack<object>) => void) => void;
  'read:mark': (command: Contract.ReadCommand, ack: (answer: Ack<object>) => void) => void;
}

export interface ServerEvents {
  'room:joined': (payload: Contract.RoomJoined) => void;
  'room:events': (payload: Contract.RoomEvents) => void;
  'room:pulse': (payload: Contract.RoomPulse) => void;
  'presence:changed': (payload: Contract.PresenceChanged) => void;
  'typing:changed': (payload: Contract.TypingChanged) => void;
  'read:changed': (payload: Contract.ReadChanged) => void;
}

/** What a server event carries, by its name. */
export type ServerPayload<Name extends keyof ServerEvents> = Parameters<ServerEvents[Name]>[0];
