import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Random } from '../../support/random.js';
import { Faults } from './faults.js';
import { Passage } from './passage.js';

/** So long the answer to a replayed request is waited for, in milliseconds. */
const REPLAY_ENDS = 2_000;

/** Where a connection leads that begins with these bytes; nothing while nobody listens there. */
export type Way = (head: string) => number | undefined;

/** As much of a request as has its path. */
const HEAD = 2_000;

/** The bad network between one client and the servers: a TCP proxy that does to its connections what networks do. */
export class Link {
  readonly #listener = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  readonly #silent = new Set<Socket>();
  readonly #passages = new Set<Passage>();
  readonly #replays = new Set<Promise<void>>();
  readonly faults: Faults;
  url = '';

  constructor(
    private readonly way: Way,
    random: Random,
  ) {
    this.faults = new Faults(random);
  }

  async open(): Promise<this> {
    this.#listener.listen(0, '127.0.0.1');
    await once(this.#listener, 'listening');
    this.url = `http://127.0.0.1:${(this.#listener.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.faults.heal();
    this.#listener.close();
    this.drop();
    await this.replayed();
  }

  /** All connections end in order. */
  drop(): void {
    for (const socket of this.#silent) socket.destroy();
    for (const passage of this.#passages) passage.drop();
  }

  /** All connections break. */
  reset(): void {
    for (const socket of this.#silent) socket.resetAndDestroy();
    for (const passage of this.#passages) passage.reset();
  }

  /** Resolves when all that was replayed has arrived. */
  async replayed(): Promise<void> {
    await Promise.all(this.#replays);
  }

  #accept(socket: Socket): void {
    socket.on('error', () => undefined);
    if (this.faults.refusing) return void socket.resetAndDestroy();
    this.#silent.add(socket);
    socket.once('close', () => this.#silent.delete(socket));
    socket.once('readable', () => this.#lead(socket));
  }

  /** Where it leads is known as soon as something is asked. */
  #lead(socket: Socket): void {
    this.#silent.delete(socket);
    const first = socket.read() as Buffer | null;
    if (first === null) return void socket.destroy();
    socket.unshift(first);
    const port = this.#portFor(first);
    if (port === undefined) return void socket.resetAndDestroy();
    const passage = new Passage(this.faults, socket, port, (request) => this.#replay(request));
    this.#passages.add(passage);
    socket.once('close', () => this.#passages.delete(passage));
  }

  #portFor(request: Buffer): number | undefined {
    return this.way(request.toString('latin1', 0, HEAD));
  }

  /** A server gets the same request a second time; nobody hears its answer. */
  #replay(request: Buffer): void {
    const port = this.#portFor(request);
    if (port === undefined) return;
    const replay = new Promise<void>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('data', () => socket.destroy());
      socket.setTimeout(REPLAY_ENDS, () => socket.destroy());
      socket.on('error', () => undefined).once('close', () => resolve());
      socket.write(request);
    });
    this.#replays.add(replay);
    void replay.then(() => this.#replays.delete(replay));
  }
}
