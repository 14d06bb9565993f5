import type { Server, Socket } from 'socket.io';
import type { Clock } from '../domain/clock.js';

/** A backlog of so few packets is never counted in bytes: it may be what somebody is told who joins. */
const SHORT_BACKLOG = 8;

/** How long a cut reader has to take the reason in, in milliseconds. */
const LAST_WORD = 5_000;

/** RFC 6455, 7.4.1 and its registry: the server is overloaded by this client, which may come back. */
const TRY_AGAIN_LATER = 1013;

type Connection = Socket['conn'];

interface Packet {
  data?: string | Buffer;
}

/** What Engine.IO keeps to itself: packets not yet handed to the transport, and the `ws` connection under it. */
interface Engine {
  readyState: 'open' | 'closing' | 'closed';
  writeBuffer: unknown[];
  transport: { writable: boolean; socket?: { close(code: number, reason: string): void; terminate(): void } };
}

/**
 * Cuts the Socket.IO connections that read too slowly, before what Engine.IO holds for them grows over the
 * bound, be it messages or acknowledgements; they come back by their cursors. `ws` and the kernel hold what
 * was handed to them before.
 */
export class SlowReaders {
  /** Of those for whom something waits. */
  readonly #backlogs = new WeakMap<Connection, { packets: number; bytes: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly queuedBytes: number,
    private readonly onCut: () => void,
  ) {}

  watch({ engine }: Server): void {
    const count = (connection: Connection, packet: Packet) => this.#count(connection, packet);
    // One for all connections.
    function onPacket(this: Connection, packet: Packet) {
      count(this, packet);
    }
    engine.on('connection', (connection: Connection) => connection.on('packetCreate', onPacket));
    engine.on('flush', (connection: Connection) => this.#backlogs.delete(connection));
  }

  #count(connection: Connection, { data = '' }: Packet): void {
    // What the transport takes at once is no backlog.
    if (connection.transport.writable) return;
    const backlog = this.#backlogs.get(connection) ?? { packets: 0, bytes: 0 };
    this.#backlogs.set(connection, backlog);
    backlog.packets++;
    backlog.bytes += Buffer.byteLength(data);
    if (backlog.packets > SHORT_BACKLOG && backlog.bytes > this.queuedBytes) this.#cut(connection);
  }

  #cut(connection: Connection): void {
    this.onCut();
    const engine = connection as unknown as Engine;
    // From here on Engine.IO takes nothing more for it, and nothing from it.
    engine.readyState = 'closing';
    engine.writeBuffer.length = 0;
    // Whoever is writing to it now must not find it closed half-way.
    setImmediate(() => {
      const wire = engine.transport.socket;
      if (!wire) return void connection.close(true);
      // An orderly close would wait for the reader; its reason gets through if the reader wakes up in time.
      wire.close(TRY_AGAIN_LATER, 'slow-reader');
      this.clock.after(LAST_WORD, () => wire.terminate());
    });
  }
}
