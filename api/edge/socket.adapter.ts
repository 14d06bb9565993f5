import { type IncomingMessage, ServerResponse } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { MessageMappingProperties } from '@nestjs/websockets';
import type { Server, ServerOptions, Socket } from 'socket.io';
import { invalid } from '../domain/problem.js';
import type { Ack } from '../../openapi/events.js';
import { RoomAdapter } from '../realtime/room-adapter.js';
import type { SlowReaders } from '../realtime/slow-readers.js';
import type { ConnectionBounds } from './connection-bounds.js';
import type { Origins } from './origins.js';
import type { Problems } from './problems.js';

/**
 * Silence on a connection is noticed within interval + timeout, which must be less than the 30 s after which
 * a person is stale. Socket.IO's own are 25 s + 20 s.
 */
const PING = { pingInterval: 10_000, pingTimeout: 8_000 };

type Handler = MessageMappingProperties['callback'];

/** Sets Socket.IO up, and is the one place that acknowledges: every event of a client, done or refused. */
export class SocketAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly bounds: ConnectionBounds,
    private readonly slowReaders: SlowReaders,
    private readonly origins: Origins,
    private readonly problems: Problems,
    private readonly frameBytes: number,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const own: Partial<ServerOptions> = {
      ...PING,
      adapter: RoomAdapter,
      transports: ['polling', 'websocket'],
      maxHttpBufferSize: this.frameBytes,
      // A connection that joins no room is of no use to anyone.
      connectTimeout: 10_000,
      serveClient: false,
      cors: { origin: this.origins.allowed },
      allowRequest: (request, answer) => {
        const refusal = this.origins.isRefused(request) ? 'origin not allowed' : this.bounds.refusal(request);
        answer(refusal, refusal === undefined);
      },
    };
    const server: Server = super.createIOServer(port, { ...options, ...own } as ServerOptions);
    server.engine.use(forgetUpgrade);
    this.bounds.watch(server);
    this.slowReaders.watch(server);
    return server;
  }

  /** A socket tells it once; Nest's own way holds three things for each until then. */
  override bindClientDisconnect(socket: Socket, callback: (reason: string) => void): void {
    socket.on('disconnect', callback);
  }

  override bindMessageHandlers(socket: Socket, handlers: MessageMappingProperties[]): void {
    // A packet may have any name, or none at all, and the acknowledgement comes last.
    socket.onAny((...parts: unknown[]) => {
      const acknowledge =
        typeof parts.at(-1) === 'function' ? (parts.pop() as (answer: Ack<unknown>) => void) : undefined;
      const [event, payload] = parts;
      const handler = handlers.find(({ message }) => message === event)?.callback;
      void this.#run(handler, event, payload).then(acknowledge);
    });
  }

  async #run(handler: Handler | undefined, event: unknown, payload: unknown): Promise<Ack<unknown>> {
    try {
      if (!handler)
        throw invalid({ field: 'event', message: `${String(event).slice(0, 64)} is none that this server knows` });
      return { ok: true, data: (await handler(payload)) ?? {} };
    } catch (error) {
      return { ok: false, problem: this.problems.of(error).problem };
    }
  }
}

/**
 * What Engine.IO answers an upgrade with listens to the end of the connection, for middleware that asks for it; there is
 * none, and it would be held, with the request, for as long as the connection is open. A poll is answered with one of
 * Node's own.
 */
function forgetUpgrade({ socket }: IncomingMessage, response: object, next: () => void): void {
  const latest = response instanceof ServerResponse ? undefined : socket.listeners('close').at(-1);
  if (latest) socket.off('close', latest as () => void);
  next();
}
