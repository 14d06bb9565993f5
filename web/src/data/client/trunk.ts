import type { Manager, ManagerOptions, Socket, SocketOptions } from 'socket.io-client';
import type { ClientEvents, ServerEvents } from '../../../../openapi/events.js';
import type { ConnectAuth } from './contract.js';

export type RoomSocket = Socket<ServerEvents, ClientEvents>;

/** `io` of socket.io-client, or a stand-in. */
export type OpenSocket = (uri: string, options: Partial<ManagerOptions & SocketOptions>) => RoomSocket;

/** Given at every connection, so that `since` is the cursor of that moment. */
export type GiveAuth = (give: (auth: ConnectAuth) => void) => void;

/**
 * The one connection that all rooms of a person share, each as a namespace of it. A connection that failed is
 * never opened again: the next one is new, with new sockets, so that nothing late comes in from an earlier one.
 */
export class Trunk {
  private manager: Manager | undefined;
  /** Whether a room ever came through this connection. */
  private proven = false;
  /** A proxy may take a WebSocket and swallow it; then the next connection begins with long-polling. */
  private pollingFirst = false;

  constructor(
    private readonly url: string,
    private readonly open: OpenSocket,
  ) {}

  /** The room's socket, with no listeners, to be connected by the caller at once. */
  socket(room: string, auth: GiveAuth): RoomSocket {
    const name = `/chat/${room}`;
    if (this.manager && isAlive(this.manager)) {
      const socket = this.manager.socket(name) as unknown as RoomSocket;
      socket.removeAllListeners();
      socket.auth = auth;
      return socket;
    }
    const socket = this.open(this.url + name, {
      path: '/socket.io',
      transports: this.pollingFirst ? ['polling', 'websocket'] : ['websocket', 'polling'],
      tryAllTransports: true,
      forceNew: true,
      reconnection: false,
      autoConnect: false,
      auth,
    });
    this.manager = socket.io;
    this.proven = false;
    return socket;
  }

  /** Something came through the socket. */
  prove(socket: RoomSocket): void {
    if (this.isOf(socket)) this.proven = true;
  }

  /** The connection looked open, but nothing came through it; true if there is another way to try at once. */
  swallowed(socket: RoomSocket): boolean {
    if (this.isOf(socket)) {
      if (!this.proven) this.pollingFirst = !this.pollingFirst;
      this.drop(socket);
    }
    return this.pollingFirst && !this.proven;
  }

  /** Gives the connection up, for all rooms. */
  drop(socket: RoomSocket): void {
    if (!this.isOf(socket)) return;
    const { manager } = this;
    this.manager = undefined;
    manager?._close();
  }

  private isOf(socket: RoomSocket): boolean {
    return (socket.io as unknown) === this.manager;
  }
}

function isAlive({ engine }: Manager): boolean {
  // None yet in a manager that is opened only now.
  return engine !== undefined && (engine.readyState === 'open' || engine.readyState === 'opening');
}
