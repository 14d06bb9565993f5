import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const open: Link[] = [];

/** A wire between two programs, which the test cuts, silences and slows. It ends with {@link stopLinks}. */
export class Link {
  readonly #pairs = new Set<[Socket, Socket]>();
  /** What is still on its way to them. */
  readonly #late = new Map<Socket, Promise<void>>();
  #server!: Server;
  #silent = false;
  #delay = 0;
  #port = 0;

  /** @param target the port to which it leads */
  static async to(target: number): Promise<Link> {
    const link = new Link(target);
    open.push(link);
    await link.#listen();
    return link;
  }

  private constructor(private readonly target: number) {}

  get port(): number {
    return this.#port;
  }

  /** Both sides see their connections end, and new ones are refused. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    await closed;
  }

  /** Nothing comes through any more, and neither side is told: as when a cable is pulled. */
  silence(): void {
    this.#silent = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** Everything comes through, so many milliseconds late. */
  slow(delay: number): void {
    this.#delay = delay;
  }

  /** What was held back comes through, and new connections do. */
  async mend(): Promise<void> {
    this.#delay = 0;
    this.#silent = false;
    for (const pair of this.#pairs) {
      if (pair.some(({ destroyed }) => destroyed)) this.#part(pair);
      else for (const socket of pair) socket.resume();
    }
    if (!this.#server.listening) await this.#listen();
  }

  async #listen(): Promise<void> {
    this.#server = createServer((near) => this.#join(near, connect(this.target, '127.0.0.1')));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #join(near: Socket, far: Socket): void {
    const pair: [Socket, Socket] = [near, far];
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.setNoDelay(true);
      from.on('data', (bytes) => this.#pass(bytes, to));
      from.on('error', () => undefined);
      from.on('close', () => {
        // Nobody is told of an end while the cable is out.
        if (!this.#silent) void Promise.resolve(this.#late.get(to)).then(() => this.#part(pair));
      });
      if (this.#silent) from.pause();
    }
  }

  #part(pair: [Socket, Socket]): void {
    this.#pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }

  #pass(bytes: Buffer, to: Socket): void {
    const before = this.#late.get(to);
    if (this.#delay === 0 && !before) return void to.write(bytes);
    // Whatever was slow, what comes after it does not overtake it.
    const here = Promise.all([before, pause(this.#delay)]).then(() => {
      if (!to.destroyed) to.write(bytes);
      if (this.#late.get(to) === here) this.#late.delete(to);
    });
    this.#late.set(to, here);
  }
}

/** To be called in `afterEach` or `afterAll`. */
export async function stopLinks(): Promise<void> {
  await Promise.all(open.splice(0).map((link) => link.mend().then(() => link.cut())));
}
