import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that one connection may send before the first is answered; browsers send one. */
const LONGEST_PIPELINE = 16;

/** All TCP connections to this server. Node's own account leaves out those that became WebSockets. */
export class OpenConnections {
  readonly #open = new Set<Socket>();
  readonly #unanswered = new WeakMap<Socket, number>();

  watch(server: Server): void {
    server.on('request', (request, response) => this.#boundPipeline(request, response));
    server.on('connection', (socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  /** Whoever asks on and on and reads no answer would have the server keep them all. */
  #boundPipeline({ socket }: IncomingMessage, response: ServerResponse): void {
    const unanswered = (this.#unanswered.get(socket) ?? 0) + 1;
    this.#unanswered.set(socket, unanswered);
    if (unanswered > LONGEST_PIPELINE) socket.destroy();
    response.once('close', () => this.#unanswered.set(socket, this.#unanswered.get(socket)! - 1));
  }

  /** Without a word, and without waiting for anyone. */
  destroyAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
