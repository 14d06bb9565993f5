/** The names that the contract's types go by in the page. */
import type { components } from '../../../../openapi/generated/chat.js';

type Schemas = components['schemas'];

export type ConnectAuth = Schemas['ConnectAuth'];
export type JoinAnswer = Schemas['JoinAnswer'];
export type LogEvent = Schemas['Event'];
export type Message = Schemas['Message'];
export type MessagePage = Schemas['MessagePage'];
export type PresenceChanged = Schemas['PresenceChanged'];
export type Problem = Schemas['Problem'];
export type Read = Schemas['Read'];
export type ReadChanged = Schemas['ReadChanged'];
export type ReadList = Schemas['ReadList'];
export type Room = Schemas['Room'];
export type RoomEvents = Schemas['RoomEvents'];
export type RoomJoined = Schemas['RoomJoined'];
export type RoomList = Schemas['RoomList'];
export type RoomPulse = Schemas['RoomPulse'];
export type RoomState = Schemas['RoomState'];
export type SendAnswer = Schemas['SendAnswer'];
export type SendCommand = Schemas['SendCommand'];
export type TypingChanged = Schemas['TypingChanged'];
export type User = Schemas['User'];
export type UserList = Schemas['UserList'];

/** The bounds of the contract, in code points. */
export const NICKNAME_MAX = 32;
export const TEXT_MAX = 4000;
export const TITLE_MAX = 80;
export const ROOM_NAME_MAX = 40;
const ROOM_NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** The room that there always is. */
export const LOBBY = 'lobby';

export function isRoomName(name: string): boolean {
  return ROOM_NAME.test(name);
}
