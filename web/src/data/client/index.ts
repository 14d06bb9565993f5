/** The client's half of the chat: what a page, a test or a program needs of it. docs/client.md tells how it works. */
export { ChatClient, type ChatClientOptions } from './chat-client.js';
export type { ChatState } from './chat-state.js';
export { systemClock, type Clock } from './clock.js';
export type { Carrier } from './connection.js';
export * from './contract.js';
export { OutboxFull, Refused, Unreachable } from './errors.js';
export type { Outgoing } from './outbox.js';
export { RoomsClient, type RoomsClientOptions } from './rooms-client.js';
export type { RoomLine, RoomsState } from './rooms-state.js';
export { memoryStore, type KeyValueStore } from './storage.js';
export type { Entry, Gap } from './timeline.js';
export type { OpenSocket } from './trunk.js';
