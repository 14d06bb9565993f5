import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** All TCP connections to this server. Node's own account leaves out those that became WebSockets. */
export class OpenConnections {
  readonly #open = new Set<Socket>();

  watch(server: Server): void {
    server.on('connection', (socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  /** Without a word, and without waiting for anyone. */
  destroyAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
