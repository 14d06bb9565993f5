import type { Namespace } from 'socket.io';
import { Adapter } from 'socket.io-adapter';
import type { RoomJoined } from '../../openapi/generated/chat.js';
import type { Batch, RoomBroadcast } from './batch.js';
import { encodePayload, writeList } from './json.js';
import type { Line, Written } from './line.js';
import { Packet } from './packet.js';
import { WrittenList } from './written-list.js';

/**
 * The adapter of a namespace that is one room: a batch is encoded once for all of its sockets, and Socket.IO's
 * rooms, of which each socket would have one of its own, are not kept.
 */
export class RoomAdapter extends Adapter {
  readonly #encoded = new WeakMap<Batch, Written>();
  readonly #messages = new WrittenList();
  readonly #users = new WrittenList();

  override addAll(): void {}

  override del(): void {}

  override delAll(): void {}

  tell(line: Line, batch: Batch): void {
    line.write(this.#encode(batch));
  }

  tellFirst(line: Line, state: RoomJoined): void {
    const packet = this.#joined(state);
    line.write({ packets: [packet], frames: packet.frame });
  }

  #encode(batch: Batch): Written {
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
