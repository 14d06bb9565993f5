import { randomBytes } from 'node:crypto';
import { Server } from './server.ts';
import { SocketPerson, type Transport } from './socket.ts';
import { Stream } from './stream.ts';

/** What a promise is tried with: a server, rooms of the kit's own in it, and people who go when it is over. */
export class Trial {
  readonly server: Server;
  readonly #opened: { close(): void }[] = [];
  readonly #rooms: Rooms;

  constructor(server: Server, rooms: Rooms) {
    this.server = server;
    this.#rooms = rooms;
  }

  /** A room that all promises share. */
  get room(): string {
    return this.#rooms.shared;
  }

  /** A room in which nothing was said. */
  newRoom(): Promise<string> {
    return this.#rooms.make();
  }

  async socket(
    auth: Partial<SocketPerson['auth']> = {},
    transport?: Transport,
    room = this.room,
  ): Promise<SocketPerson> {
    const socket = this.knock(auth, transport, room);
    await socket.joined();
    return socket;
  }

  /** A connection that may be refused. */
  knock(auth: Partial<SocketPerson['auth']>, transport?: Transport, room = this.room): SocketPerson {
    const named = auth.token || 'nickname' in auth ? auth : { nickname: this.server.newName(), ...auth };
    const socket = new SocketPerson(this.server, room, named, transport);
    this.#opened.push(socket);
    return socket;
  }

  async stream(options?: { since?: string; lastEventId?: string }, room = this.room): Promise<Stream> {
    const stream = await Stream.open(this.server, room, options);
    this.#opened.push(stream);
    return stream;
  }

  async end(): Promise<void> {
    for (const { close } of this.#opened.map((one) => ({ close: () => one.close() }))) close();
    await this.server.leave();
  }
}

/** The kit's own rooms, which are all that it leaves behind. */
export class Rooms {
  readonly #server: Server;
  readonly #maker: string;
  shared = '';

  private constructor(server: Server, maker: string) {
    this.#server = server;
    this.#maker = maker;
  }

  static async of(server: Server): Promise<Rooms> {
    const rooms = new Rooms(server, (await server.join('lobby')).token);
    rooms.shared = await rooms.make();
    return rooms;
  }

  async make(): Promise<string> {
    const name = `conformance-${randomBytes(6).toString('hex')}`;
    const { status, body } = await this.#server.post('/api/chat/rooms', { name }, { token: this.#maker });
    if (status !== 201) throw new Error(`making a room answered ${status}: ${JSON.stringify(body)}`);
    return name;
  }
}
