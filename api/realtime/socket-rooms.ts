import type { Namespace, Server, Socket } from 'socket.io';
import type { RoomJoined } from '../../openapi/generated/chat.js';
import type { Batch } from './batch.js';
import type { RoomListener } from './lane.js';
import { Line } from './line.js';
import type { RoomAdapter } from './room-adapter.js';
import type { RoomHub } from './room-hub.js';

/** Tells the sockets of each room what the hub tells the room, encoded once for all. */
export class SocketRooms {
  readonly #followers = new Map<Socket, Follower>();

  constructor(private readonly hub: RoomHub) {}

  /** Tells the socket where the room stands, and everything from there on; in the step that read `state`. */
  add(socket: Socket, state: RoomJoined): void {
    const { room, you } = state;
    const adapter = socket.nsp.adapter as RoomAdapter;
    const line = new Line(socket);
    adapter.tellFirst(line, state);
    const follower = new Follower(socket, adapter, line, room, you.userId);
    this.#followers.set(socket, follower);
    this.hub.subscribe(room, follower);
    if (follower.polls) socket.conn.once('upgrade', () => this.hub.upgrade(room, follower));
  }

  remove(socket: Socket): void {
    const follower = this.#followers.get(socket);
    this.#followers.delete(socket);
    if (follower) this.hub.unsubscribe(follower.room, follower);
    this.forgetIfEmpty(socket.nsp);
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

/** A socket that has been told where its room stands. */
class Follower implements RoomListener {
  constructor(
    private readonly socket: Socket,
    private readonly adapter: RoomAdapter,
    private readonly line: Line,
    readonly room: string,
    private readonly userId: string,
  ) {}

  get polls(): boolean {
    return this.line.polls;
  }

  tell(batch: Batch): void {
    this.adapter.tell(this.line, batch.for(this.userId));
  }

  /** The connection, not the socket: a client whose socket the server ends does not come back by itself. */
  cut(): void {
    this.socket.conn.close();
  }
}
