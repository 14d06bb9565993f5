import type { ChatState } from './chat-state.js';
import type { Room } from './contract.js';
import type { Position } from './positions.js';
import type { RoomLine } from './rooms-state.js';

/** What the server's list says of a room, with what the person knows of it better. */
export function roomLine(room: Room, state: ChatState | undefined, position: Position | undefined): RoomLine {
  const { name, title } = room;
  if (!state || state.position === undefined) {
    return { name, title, online: room.online, activeAt: room.activeAt, unread: unreadSince(room, position) };
  }
  const last = state.entries.findLast((entry) => entry.kind === 'message');
  const activeAt = last && last.message.sentAt > room.activeAt ? last.message.sentAt : room.activeAt;
  const live = state.carrier !== 'offline' && state.carrier !== 'connecting';
  return { name, title, online: live ? state.online : room.online, activeAt, unread: state.unread };
}

/** Where the person was before: what came since. Elsewhere nothing waits for them. */
function unreadSince({ epoch, seq }: Room, position: Position | undefined): number {
  if (!position) return 0;
  return position.epoch === epoch ? Math.max(0, seq - position.seq) : seq;
}

/** Newest activity first. */
export function byActivity(lines: readonly RoomLine[]): RoomLine[] {
  return lines.toSorted(
    (one, other) => other.activeAt.localeCompare(one.activeAt) || one.name.localeCompare(other.name),
  );
}
