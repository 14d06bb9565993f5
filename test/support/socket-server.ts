import type { Namespace, Server } from 'socket.io';
import type { TestServer } from './server.js';
import type { TestSocket } from './socket.js';

interface Insides {
  socketModule: { socketsContainer: { getAll(): Map<unknown, { server: Namespace | Server }> } };
}

/** The Socket.IO server within the application, to see what it holds. */
export function socketServer({ app }: TestServer): Server {
  const [host] = (app as unknown as Insides).socketModule.socketsContainer.getAll().values();
  return 'engine' in host!.server ? host!.server : host!.server.server;
}

export const namespaces = (server: TestServer): string[] => [...socketServer(server)._nsps.keys()];

/** Lets the server finish what it does after the packet that the test has just seen. */
export async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves when the server knows that the connection of this client is gone. */
export function noticed(server: TestServer, { socket }: TestSocket): Promise<string> {
  const other = socketServer(server)
    ._nsps.get((socket as unknown as { nsp: string }).nsp)!
    .sockets.get(socket.id!)!;
  return new Promise((resolve) => other.once('disconnect', resolve));
}

/** So that a test that fails also ends. */
const MANY = 100_000;

/** Waits, turn by turn, for what the server does by itself. */
export async function eventually(met: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < MANY; turn++) {
    if (await met()) return;
    await turns(1);
  }
  throw new Error('it never came to that');
}
