import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'socket.io';
import { Refusal } from '../domain/problem.js';
import { AddressCounter } from '../realtime/address-counter.js';

/** Connections above the bound that are let in only to be told why they may not stay. */
const TOLD = 100;
const TOLD_PER_ADDRESS = 10;

const DETAIL = 'Too many connections from this address are open.';

const ROOMS_PER_CONNECTION = 100;

type Engine = Server['engine'];
type Connection = Socket['conn'];

interface Open {
  address: string;
  /** For the rooms that it asked for or is in. */
  sockets: readonly Socket[];
  /** Where it is counted. */
  counters: readonly AddressCounter[];
  refusal?: Refusal;
}

/** Bounds on open Socket.IO connections, in all and from one address. */
export class ConnectionBounds {
  readonly #open = new WeakMap<Connection, Open>();
  readonly #addresses: AddressCounter;
  /** With those that are let in only to be told: one address must not fill the server with them. */
  readonly #told: AddressCounter;
  readonly #both: readonly AddressCounter[];
  #engine?: Engine;

  constructor(
    private readonly bounds: { connections: number; connectionsPerAddress: number },
    private readonly read: (request: IncomingMessage) => string,
  ) {
    this.#addresses = new AddressCounter(bounds.connectionsPerAddress);
    this.#told = new AddressCounter(bounds.connectionsPerAddress + TOLD_PER_ADDRESS);
    this.#both = [this.#told, this.#addresses];
  }

  get open(): number {
    return this.#engine?.clientsCount ?? 0;
  }

  /** Why not even a handshake is answered. */
  refusal(request: IncomingMessage): string | undefined {
    const full = this.open >= this.bounds.connections + TOLD || this.#told.isFull(this.read(request));
    return full ? 'too many connections' : undefined;
  }

  addressOf({ conn }: Socket): string {
    return this.#open.get(conn)!.address;
  }

  watch(server: Server): void {
    this.#engine = server.engine;
    const release = (connection: Connection) => this.#release(connection);
    // One for all connections.
    function onClose(this: Connection) {
      release(this);
    }
    server.engine.on('connection', (connection: Connection) => {
      this.#count(connection);
      connection.on('close', onClose);
    });
  }

  /**
   * Counts the room in, if the connection is not in it or on its way; then there is nothing to be done:
   * Socket.IO would let it in any number of times, and each message would go to it as often. To be called
   * before anything is waited for.
   */
  isInAlready(socket: Socket): boolean {
    const open = this.#open.get(socket.conn)!;
    if (open.sockets.some(({ nsp }) => nsp.name === socket.nsp.name)) return true;
    open.sockets = [...open.sockets, socket];
    return false;
  }

  /**
   * @throws Refusal `unavailable` or `rate-limited` when this connection is one too many, which is then
   * closed, or when it is in too many rooms
   */
  check({ conn }: Socket): void {
    const { refusal, sockets } = this.#open.get(conn)!;
    if (refusal) {
      // After the packet that tells why.
      setImmediate(() => conn.close());
      throw refusal;
    }
    if (sockets.length > ROOMS_PER_CONNECTION) {
      throw new Refusal('unavailable', 'A connection has room for no more rooms.');
    }
  }

  /** The connection asks no more, or has left. */
  leave(socket: Socket): void {
    const open = this.#open.get(socket.conn)!;
    open.sockets = open.sockets.filter((other) => other !== socket);
  }

  #count(connection: Connection): void {
    const address = this.read(connection.request);
    // Engine.IO would keep it for as long as the connection.
    Object.assign(connection, { request: null });
    const open: Open = { address, sockets: [], counters: [] };
    this.#open.set(connection, open);
    try {
      this.#told.take(address, DETAIL);
      open.counters = [this.#told];
      if (this.open > this.bounds.connections) throw new Refusal('unavailable', 'Too many connections are open.');
      this.#addresses.take(address, DETAIL);
      open.counters = this.#both;
    } catch (error) {
      open.refusal = error as Refusal;
    }
  }

  #release(connection: Connection): void {
    const { address, counters } = this.#open.get(connection)!;
    for (const counter of counters) counter.release(address);
  }
}
