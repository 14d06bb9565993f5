/** The names that the contract's types go by in the page. */
import type { components } from '../../../openapi/generated/chat.js';

type Schemas = components['schemas'];

export type ConnectAuth = Schemas['ConnectAuth'];
export type JoinAnswer = Schemas['JoinAnswer'];
export type LogEvent = Schemas['Event'];
export type Message = Schemas['Message'];
export type PresenceChanged = Schemas['PresenceChanged'];
export type Problem = Schemas['Problem'];
export type RoomEvents = Schemas['RoomEvents'];
export type RoomJoined = Schemas['RoomJoined'];
export type RoomPulse = Schemas['RoomPulse'];
export type RoomState = Schemas['RoomState'];
export type SendAnswer = Schemas['SendAnswer'];
export type SendCommand = Schemas['SendCommand'];
export type User = Schemas['User'];
export type UserList = Schemas['UserList'];

/** The bounds of the contract, in code points. */
export const NICKNAME_MAX = 32;
export const TEXT_MAX = 4000;
