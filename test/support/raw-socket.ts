import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import { WebSocket } from 'ws';

const open: RawSocket[] = [];

/** Ends what {@link RawSocket.open} opened. */
export function stopRawSockets(): void {
  for (const { ws } of open.splice(0)) ws.terminate();
}

/** A client that speaks Engine.IO by hand over WebSocket, so that it can say anything, or stop reading. */
export class RawSocket {
  readonly packets: string[] = [];
  /** How the connection ended. */
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(readonly ws: WebSocket) {
    ws.on('message', (data: Buffer) => this.packets.push(data.toString()));
    ws.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      ws.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<RawSocket> {
    const raw = new RawSocket(
      new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, { headers }),
    );
    open.push(raw);
    await raw.packet((packet) => packet.startsWith('0'));
    return raw;
  }

  async join(nickname: string, since?: string): Promise<this> {
    this.ws.send(`40/chat/lobby,${JSON.stringify({ nickname, since })}`);
    await this.packet((packet) => packet.startsWith('42/chat/lobby,["room:joined"'));
    return this;
  }

  /** Waits for the first packet that fits; throws when the connection ends without. */
  async packet(fits: (packet: string) => boolean): Promise<string> {
    for (;;) {
      const found = this.packets.find(fits);
      if (found !== undefined) return found;
      if (this.ws.readyState === WebSocket.CLOSED) throw new Error('closed before the packet came');
      await Promise.race([once(this.ws, 'message'), this.closed]);
    }
  }

  get tcp(): TcpSocket {
    return (this.ws as unknown as { _socket: TcpSocket })._socket;
  }

  /** Reads nothing more, so that the kernels' buffers fill up. */
  stopReading(): void {
    this.tcp.pause();
  }

  startReading(): void {
    this.tcp.resume();
  }
}

/** With which status a WebSocket is refused; 101 when it is not. */
export async function upgradeStatus(url: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  const ws = new WebSocket(url.replace('http', 'ws') + path, { headers });
  ws.on('error', () => undefined);
  return new Promise((resolve) => {
    ws.once('unexpected-response', (request, response: IncomingMessage) => {
      resolve(response.statusCode!);
      request.destroy();
    });
    ws.once('open', () => {
      resolve(101);
      ws.terminate();
    });
  });
}
