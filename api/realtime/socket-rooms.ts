import type { Namespace, Server, Socket } from 'socket.io';
import type { User } from '../domain/event.js';
import type { RoomBroadcast, RoomHub } from './room-hub.js';
import { othersTyping } from './typing.js';

/** Followers of a room within its namespace: those who have been told where it stands. */
const FOLLOWERS = 'followers';

/** Tells the sockets of each room what the hub tells the room, encoded once for all. */
export class SocketRooms {
  readonly #subscriptions = new Map<Namespace, () => void>();

  constructor(private readonly hub: RoomHub) {}

  /** From here on the socket gets everything; to be called right after it was told where the room stands. */
  add(socket: Socket, room: string, userId: string): void {
    void socket.join([FOLLOWERS, personal(userId)]);
    const { nsp } = socket;
    if (!this.#subscriptions.has(nsp)) {
      this.#subscriptions.set(
        nsp,
        this.hub.subscribe(room, (broadcast) => tell(nsp, broadcast)),
      );
    }
  }

  remove({ nsp }: Socket): void {
    if (nsp.sockets.size > 0) return;
    this.#subscriptions.get(nsp)?.();
    this.#subscriptions.delete(nsp);
    this.forgetIfEmpty(nsp);
  }

  /**
   * Gives a namespace's memory back. Socket.IO's own `cleanupEmptyChildNamespaces` looks only at who is in,
   * and so can split a room in two when somebody is just being admitted.
   */
  forgetIfEmpty(nsp: Namespace): void {
    const { sockets, server, adapter, name } = nsp;
    const admitting = (nsp as unknown as { _preConnectSockets: Map<string, Socket> })._preConnectSockets;
    const namespaces = (server as unknown as { _nsps: Server['_nsps'] })._nsps;
    if (sockets.size > 0 || admitting.size > 0 || namespaces.get(name) !== nsp) return;
    void adapter.close();
    namespaces.delete(name);
    for (const parent of (
      server as unknown as { parentNsps: Map<unknown, { children: Set<Namespace> }> }
    ).parentNsps.values()) {
      parent.children.delete(nsp);
    }
  }
}

/** The sockets of one person. */
function personal(userId: string): string {
  return `person ${userId}`;
}

function tell(nsp: Namespace, { name, payload }: RoomBroadcast): void {
  if (name === 'typing:changed') tellTyping(nsp, payload.users);
  else nsp.to(FOLLOWERS).emit(name, payload);
}

/** Everyone is told alike but those who are typing, who are not told of themselves. */
function tellTyping(nsp: Namespace, users: User[]): void {
  const typists = users.map(({ userId }) => personal(userId));
  const others = nsp.to(FOLLOWERS).except(typists);
  others.emit('typing:changed', { users: othersTyping(users) });
  for (const { userId } of users) {
    nsp.to(personal(userId)).emit('typing:changed', { users: othersTyping(users, userId) });
  }
}
