import type { Socket } from 'node:net';
import { dial } from './wire.ts';

const HEAD_END = Buffer.from('\r\n\r\n');

export interface Answer {
  status: number;
  body: Buffer;
}

/** One kept HTTP/1.1 connection, one request at a time; only what tells its length is understood. */
export class HttpConnection {
  readonly #url: URL;
  readonly #socket: Socket;
  #read: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  #ended: Error | undefined;

  constructor(url: URL) {
    this.#url = url;
    this.#socket = dial(
      url,
      (bytes) => this.#take(bytes),
      (why) => {
        this.#ended = why;
        this.#waiting?.reject(why);
      },
    );
  }

  /** @throws Error when the connection ends before the answer */
  request(method: string, path: string, body = '', headers = ''): Promise<Answer> {
    const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      this.#waiting = { resolve, reject };
      this.#socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${this.#url.host}\r\n${headers}${length}\r\n${body}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#read = Buffer.concat([this.#read, bytes]);
    const headEnd = this.#read.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#read.toString('latin1', 0, headEnd);
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    const end = headEnd + HEAD_END.length + length;
    if (this.#read.length < end) return;
    const body = this.#read.subarray(end - length, end);
    this.#read = this.#read.subarray(end);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }
}
