/** Made of openapi/chat.asyncapi.yaml by "npm run contract"; not to be edited. */
import type * as Contract from './chat.js';

export interface ClientEvents {
  'message:send': (command: Contract.SendCommand, ack: (answer: Contract.SendAck | Contract.AckRefused) => void) => void;
  'typing:set': (command: Contract.TypingCommand, ack: (answer: Contract.AckOk | Contract.AckRefused) => void) => void;
  'read:mark': (command: Contract.ReadCommand, ack: (answer: Contract.AckOk | Contract.AckRefused) => void) => void;
}

export interface ServerEvents {
  'room:joined': (payload: Contract.RoomJoined) => void;
  'room:events': (payload: Contract.RoomEvents) => void;
  'room:pulse': (payload: Contract.RoomPulse) => void;
  'presence:changed': (payload: Contract.PresenceChanged) => void;
  'typing:changed': (payload: Contract.TypingChanged) => void;
  'read:changed': (payload: Contract.ReadChanged) => void;
}
