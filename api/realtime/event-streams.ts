import type { ServerResponse } from 'node:http';
import type { RoomState } from '../../openapi/generated/chat.js';
import { formatCursor } from '../domain/cursor.js';
import { Refusal } from '../domain/problem.js';
import { AddressCounter } from './address-counter.js';
import type { Batch, RoomBroadcast } from './batch.js';
import { encodePayload } from './json.js';
import type { RoomHub } from './room-hub.js';

/** Listeners by server-sent events (WHATWG HTML, 9.2). */
export class EventStreams {
  readonly #open = new Set<ServerResponse>();
  readonly #encoded = new WeakMap<Batch, Buffer>();
  readonly #addresses: AddressCounter;
  #draining = false;

  constructor(
    private readonly hub: RoomHub,
    private readonly bounds: { connections: number; connectionsPerAddress: number; queuedBytes: number },
    private readonly onCut: () => void,
  ) {
    this.#addresses = new AddressCounter(bounds.connectionsPerAddress);
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Counts a stream, to be given back once by {@link release}.
   *
   * @throws Refusal `rate-limited` or `unavailable` when too many are open, or the server goes down
   */
  take(address: string): void {
    if (this.#draining) throw new Refusal('unavailable', 'The server is going down.');
    if (this.#open.size >= this.bounds.connections) throw new Refusal('unavailable', 'Too many streams are open.');
    this.#addresses.take(address, 'Too many streams from this address are open.');
  }

  release(address: string): void {
    this.#addresses.release(address);
  }

  /** Tells where the room stands, and from then on everything; to be called in the step that read `state`. */
  open(response: ServerResponse, room: string, state: RoomState, userId?: string): void {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // nginx would gather the events otherwise.
      'X-Accel-Buffering': 'no',
    });
    this.#open.add(response);
    const first = frame('room:joined', encodePayload(state), state.cursor);
    response.write(first);
    // Nobody is cut for what they were told on joining, or they would be again when they come back.
    const bound = this.bounds.queuedBytes + Buffer.byteLength(first);
    const listener = {
      polls: false,
      tell: (batch: Batch) => this.#tell(response, batch.for(userId), bound),
      cut: () => response.destroy(),
    };
    this.hub.subscribe(room, listener);
    response.once('close', () => {
      this.#open.delete(response);
      this.hub.unsubscribe(room, listener);
    });
  }

  /** Ends all streams with a word to their readers, who come back by their cursors. */
  drain(): void {
    this.#draining = true;
    for (const response of this.#open) response.end('retry: 1000\n: the server is going down\n\n');
  }

  #tell(response: ServerResponse, batch: Batch, bound: number): void {
    if (response.destroyed) return;
    response.write(this.#encode(batch));
    if (response.writableLength <= bound) return;
    this.onCut();
    response.destroy();
  }

  #encode(batch: Batch): Buffer {
    let encoded = this.#encoded.get(batch);
    if (!encoded) {
      const frames = batch.broadcasts.map((one) => frame(one.name, encodePayload(one.payload), cursorOf(one)));
      this.#encoded.set(batch, (encoded = Buffer.from(frames.join(''))));
    }
    return encoded;
  }
}

/** Only what moves the position has an id: the reader must not skip what it has not been told. */
function cursorOf({ name, payload }: RoomBroadcast): string | undefined {
  if (name !== 'room:events') return undefined;
  return formatCursor({ epoch: payload.epoch, seq: payload.events.at(-1)!.seq });
}

function frame(event: string, json: string, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${json}\n\n`;
}
