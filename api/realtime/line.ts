import type { Writable } from 'node:stream';
import type { Socket } from 'socket.io';
import type { Packet } from './packet.js';

/** What is written to many lines, made once for all. */
export interface Written {
  packets: Packet[];
  /** All their frames, one after the other. */
  frames: readonly Buffer[];
}

/** What Engine.IO keeps to itself of a connection, and `ws` of the WebSocket under it. */
interface Engine {
  readyState: 'open' | 'closing' | 'closed';
  writeBuffer: unknown[];
  transport: { name: string; socket?: WebSocketInside };
  write(data: string, options: object): void;
}

interface WebSocketInside {
  readyState: number;
  _socket: Writable;
}

const OPEN = 1;

/** The way to one socket, kept by whoever tells it much: it is long, and a room has thousands. */
export class Line {
  readonly #connection: Engine;

  constructor({ client }: Socket) {
    this.#connection = client.conn as unknown as Engine;
  }

  get polls(): boolean {
    return this.#connection.transport.name === 'polling';
  }

  write({ packets, frames }: Written): void {
    const connection = this.#connection;
    if (connection.readyState !== 'open') return;
    const stream = idle(connection);
    if (!stream) {
      for (const { whole } of packets) connection.write(whole.text, whole.options);
    } else if (frames.length === 1) {
      stream.write(frames[0]);
    } else {
      stream.cork();
      for (const frame of frames) stream.write(frame);
      stream.uncork();
    }
  }
}

/**
 * The stream of a connection on which everything was taken by the kernel, so that a frame may go straight
 * to it without coming before anything. Whatever stays behind then makes the connection one that is not idle,
 * whose packets Engine.IO holds and {@link SlowReaders} counts. Nothing is compressed, so `ws` holds nothing back.
 */
function idle({ transport, writeBuffer }: Engine): Writable | undefined {
  if (writeBuffer.length > 0 || transport.name !== 'websocket') return undefined;
  const { readyState, _socket: stream } = transport.socket!;
  return readyState === OPEN && stream.writableLength === 0 ? stream : undefined;
}
