/**
 * The typed event maps of the Socket.IO namespace `/chat/<room>`, shared by the gateway and the page. They are made of
 * the contract, openapi/chat.asyncapi.yaml.
 */
import type { Problem } from './generated/chat.js';
import type { ServerEvents } from './generated/events.js';

export type { ClientEvents, ServerEvents } from './generated/events.js';

/** What every client event is answered with. */
export type Ack<Data> = { ok: true; data: Data } | { ok: false; problem: Problem };

/** What a server event carries, by its name. */
export type ServerPayload<Name extends keyof ServerEvents> = Parameters<ServerEvents[Name]>[0];
