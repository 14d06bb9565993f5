import { connect, type Socket } from 'node:net';
import type { Faults } from './faults.js';
import { isPost, Requests } from './requests.js';

/** After the first byte of a swallowed answer, what comes within this time belongs to it too; in milliseconds. */
const ANSWER_ENDS = 30;
/** So long the answer that is to be swallowed is waited for, in milliseconds. */
const NO_ANSWER = 1_000;
/** So that half a chunk is out before the reset, which throws away what is not; in milliseconds. */
const HALF_IS_OUT = 5;

/** One connection from a client to the server, with what happens to it on the way. */
export class Passage {
  readonly #server: Socket;
  readonly #requests = new Requests();
  #upgraded = false;
  /** Of an answer that is swallowed: none of it has come, or some. */
  #swallowing?: 'none yet' | 'some';
  #resetting?: NodeJS.Timeout;

  constructor(
    private readonly faults: Faults,
    private readonly client: Socket,
    port: number,
    private readonly replay: (request: Buffer) => void,
  ) {
    this.#server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const socket of [client, this.#server]) socket.on('error', () => this.reset());
    void this.#carry(client, this.#server, (chunk) => this.#request(chunk));
    void this.#carry(this.#server, client, (chunk) => this.#answer(chunk));
  }

  /** Both ends hear that the connection was closed in order. */
  drop(): void {
    clearTimeout(this.#resetting);
    this.client.destroy();
    this.#server.destroy();
  }

  /** Both ends hear that the connection is broken. */
  reset(): void {
    clearTimeout(this.#resetting);
    this.client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  async #carry(from: Socket, to: Socket, take: (chunk: Buffer) => Promise<Buffer[]>): Promise<void> {
    try {
      for await (const chunk of from) {
        await this.faults.passable();
        for (const part of await take(chunk as Buffer)) await write(to, part);
      }
      to.end();
    } catch {
      this.reset();
    }
  }

  async #request(chunk: Buffer): Promise<Buffer[]> {
    const { faults } = this;
    const says = isPost(chunk) || this.#upgraded;
    for (const post of this.#requests.posts(chunk)) {
      if (faults.takes('replay')) this.replay(post);
    }
    if (says && faults.takes('swallow')) {
      this.#swallowing = 'none yet';
      this.#resetIn(NO_ANSWER);
    }
    if (says && faults.takes('cut-request')) return this.#cut(this.#server, chunk);
    return faults.parts(chunk);
  }

  async #answer(chunk: Buffer): Promise<Buffer[]> {
    if (!this.#upgraded && chunk.toString('latin1', 0, 12) === 'HTTP/1.1 101') {
      this.#upgraded = true;
      this.#requests.end();
    }
    if (this.#swallowing) return this.#swallow();
    if (this.faults.takes('cut-answer')) return this.#cut(this.client, chunk);
    return this.faults.parts(chunk);
  }

  /** The server has acted, and nobody hears of it. */
  #swallow(): Buffer[] {
    if (this.#swallowing === 'none yet') {
      this.#swallowing = 'some';
      this.#resetIn(ANSWER_ENDS);
    }
    return [];
  }

  async #cut(to: Socket, chunk: Buffer): Promise<Buffer[]> {
    await write(to, chunk.subarray(0, chunk.length >> 1));
    await new Promise((resolve) => setTimeout(resolve, HALF_IS_OUT));
    this.reset();
    return [];
  }

  #resetIn(ms: number): void {
    clearTimeout(this.#resetting);
    this.#resetting = setTimeout(() => this.reset(), ms);
  }
}

async function write(to: Socket, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    to.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
