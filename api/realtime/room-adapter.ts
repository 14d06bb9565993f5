import type { Namespace, Socket } from 'socket.io';
import { Adapter } from 'socket.io-adapter';
import type { RoomJoined } from '../../openapi/generated/chat.js';
import type { Batch, RoomBroadcast } from './batch.js';
import { textFrame } from './frame.js';
import { encodePayload, growingLists } from './json.js';

/** A packet of Socket.IO, and the WebSocket frame that carries it. */
interface Encoded {
  text: string;
  options: { preEncoded: true; wsPreEncodedFrame: Buffer[] };
}

interface EncodedBatch {
  packets: Encoded[];
  /** All frames, one after the other. */
  frames: Buffer[];
}

/** What Engine.IO keeps to itself of a connection, and `ws` of the WebSocket under it. */
interface Engine {
  readyState: 'open' | 'closing' | 'closed';
  writeBuffer: unknown[];
  transport: { name: string; writable: boolean; socket?: WebSocketInside };
  write(data: string, options: object): void;
}

interface WebSocketInside {
  readyState: number;
  bufferedAmount: number;
  _sender: { sendFrame(frame: Buffer[]): void };
}

const OPEN = 1;

/**
 * The adapter of a namespace that is one room: a batch is encoded once for all of its sockets, and Socket.IO's
 * rooms, of which each socket would have one of its own, are not kept.
 */
export class RoomAdapter extends Adapter {
  readonly #encoded = new WeakMap<Batch, EncodedBatch>();
  readonly #people = growingLists('users');

  override addAll(): void {}

  override del(): void {}

  override delAll(): void {}

  tell({ client }: Socket, batch: Batch): void {
    const connection = client.conn as unknown as Engine;
    if (connection.readyState !== 'open') return;
    const encoded = this.#encode(batch);
    const wire = idle(connection);
    if (wire) wire._sender.sendFrame(encoded.frames);
    else for (const { text, options } of encoded.packets) connection.write(text, options);
  }

  tellFirst({ client, nsp }: Socket, state: RoomJoined): void {
    const connection = client.conn as unknown as Engine;
    if (connection.readyState !== 'open') return;
    connection.write(event(nsp, 'room:joined', encodePayload(state, this.#people)), {});
  }

  #encode(batch: Batch): EncodedBatch {
    let encoded = this.#encoded.get(batch);
    if (!encoded) {
      const packets = batch.broadcasts.map((broadcast) => this.#packet(broadcast));
      const frames = [Buffer.concat(packets.flatMap(({ options }) => options.wsPreEncodedFrame))];
      this.#encoded.set(batch, (encoded = { packets, frames }));
    }
    return encoded;
  }

  #packet({ name, payload }: RoomBroadcast): Encoded {
    const text = event(this.nsp as Namespace, name, encodePayload(payload));
    // As Engine.IO has it: `4` makes it a message.
    return { text, options: { preEncoded: true, wsPreEncodedFrame: [textFrame(`4${text}`)] } };
  }
}

/** An event packet of the Socket.IO protocol, revision 5. */
function event(nsp: Namespace, name: string, json: string): string {
  return `2${nsp.name},["${name}",${json}]`;
}

/**
 * The WebSocket of a connection on which everything was taken by the kernel, so that a frame may go straight
 * to it without coming before anything. Whatever stays behind then makes the connection one that is not idle,
 * whose packets Engine.IO holds and {@link SlowReaders} counts.
 */
function idle({ transport, writeBuffer }: Engine): WebSocketInside | undefined {
  if (writeBuffer.length > 0 || !transport.writable || transport.name !== 'websocket') return undefined;
  const wire = transport.socket!;
  return wire.readyState === OPEN && wire.bufferedAmount === 0 ? wire : undefined;
}
