import type { Namespace, Socket } from 'socket.io';
import { Adapter } from 'socket.io-adapter';
import type { RoomJoined } from '../../openapi/generated/chat.js';
import type { Batch, RoomBroadcast } from './batch.js';
import { encodePayload, writeList } from './json.js';
import { Packet } from './packet.js';
import { WrittenList } from './written-list.js';

interface EncodedBatch {
  packets: Packet[];
  /** All frames, one after the other. */
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
  bufferedAmount: number;
  _socket: { cork(): void; uncork(): void };
  _sender: { sendFrame(frame: readonly Buffer[]): void };
}

const OPEN = 1;

/**
 * The adapter of a namespace that is one room: a batch is encoded once for all of its sockets, and Socket.IO's
 * rooms, of which each socket would have one of its own, are not kept.
 */
export class RoomAdapter extends Adapter {
  readonly #encoded = new WeakMap<Batch, EncodedBatch>();
  readonly #messages = new WrittenList();
  readonly #users = new WrittenList();

  override addAll(): void {}

  override del(): void {}

  override delAll(): void {}

  tell({ client }: Socket, batch: Batch): void {
    const connection = client.conn as unknown as Engine;
    if (connection.readyState === 'open') write(connection, this.#encode(batch));
  }

  tellFirst({ client }: Socket, state: RoomJoined): void {
    const connection = client.conn as unknown as Engine;
    if (connection.readyState !== 'open') return;
    const packet = this.#joined(state);
    write(connection, { packets: [packet], frames: packet.frame });
  }

  #encode(batch: Batch): EncodedBatch {
    let encoded = this.#encoded.get(batch);
    if (!encoded) {
      const packets = batch.broadcasts.map((broadcast) => this.#packet(broadcast));
      this.#encoded.set(batch, (encoded = { packets, frames: packets.flatMap(({ frame }) => frame) }));
    }
    return encoded;
  }

  #packet({ name, payload }: RoomBroadcast): Packet {
    if (name !== 'presence:changed') return new Packet([Buffer.from(this.#event(name, encodePayload(payload)))]);
    // Of a crowd, each is told of those who came later: the end of the list of all.
    const start = this.#event(name, `{"online":${payload.online},"joined":[`).slice(0, -1);
    return new Packet([
      Buffer.from(start),
      this.#users.endOf(payload.joined),
      Buffer.from(`],"left":[${writeList(payload.left)}]}]`),
    ]);
  }

  /** Of a crowd's thousands of long answers, only what is each one's own is made for them. */
  #joined({ messages, users, you, ...state }: RoomJoined): Packet {
    const start = this.#event('room:joined', encodePayload(state)).slice(0, -2);
    const parts = messages ? [Buffer.from(`${start},"messages":[`), this.#messages.of(messages)] : [];
    return new Packet([
      ...parts,
      Buffer.from(`${messages ? ']' : start},"users":[`),
      this.#users.of(users),
      Buffer.from(`],"you":${JSON.stringify(you)}}]`),
    ]);
  }

  /** An event packet of the Socket.IO protocol, revision 5. */
  #event(name: string, json: string): string {
    return `2${(this.nsp as Namespace).name},["${name}",${json}]`;
  }
}

function write(connection: Engine, { packets, frames }: EncodedBatch): void {
  const wire = idle(connection);
  if (!wire) {
    for (const { whole } of packets) connection.write(whole.text, whole.options);
  } else if (frames.length === 1) {
    wire._sender.sendFrame(frames);
  } else {
    wire._socket.cork();
    for (const frame of frames) wire._sender.sendFrame([frame]);
    wire._socket.uncork();
  }
}

/**
 * The WebSocket of a connection on which everything was taken by the kernel, so that a frame may go straight
 * to it without coming before anything. Whatever stays behind then makes the connection one that is not idle,
 * whose packets Engine.IO holds and {@link SlowReaders} counts.
 */
function idle({ transport, writeBuffer }: Engine): WebSocketInside | undefined {
  if (writeBuffer.length > 0 || transport.name !== 'websocket') return undefined;
  const wire = transport.socket!;
  return wire.readyState === OPEN && wire.bufferedAmount === 0 ? wire : undefined;
}
