/** Frames longer than this are no answer of a server that works. */
const LONGEST = 64 * 2 ** 20;

/** What one frame carries: `bytes` from `start` to `end`, good only until the call returns. */
export type OnFrame = (opcode: number, bytes: Buffer, start: number, end: number) => void;

/**
 * Finds the frames of a server in what a connection reads (RFC 6455, 5.2), and touches nothing of what they
 * carry: a thousand of these must cost less than the server that feeds them.
 */
export class FrameReader {
  readonly #onFrame: OnFrame;
  /** The beginning of a frame whose end has not come. */
  #kept: Buffer | undefined;
  #filled = 0;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  /** @throws Error when the server does not speak WebSocket */
  read(chunk: Buffer): void {
    let at = 0;
    while (this.#kept) {
      const taken = chunk.copy(this.#kept, this.#filled, at);
      at += taken;
      this.#filled += taken;
      if (this.#filled < this.#kept.length) return;
      const whole = this.#kept;
      this.#kept = undefined;
      this.#scan(whole, 0);
    }
    this.#scan(chunk, at);
  }

  #scan(chunk: Buffer, from: number): void {
    let at = from;
    while (at < chunk.length) {
      const left = chunk.length - at;
      const head = headLength(chunk, at, left);
      if (left < head) return this.#keep(chunk, at, head);
      const length = payloadLength(chunk, at, head);
      if (length > LONGEST || chunk[at]! < 128) throw new Error('no frame of WebSocket');
      const end = at + head + length;
      if (end > chunk.length) return this.#keep(chunk, at, head + length);
      this.#onFrame(chunk[at]! & 15, chunk, at + head, end);
      at = end;
    }
  }

  #keep(chunk: Buffer, from: number, length: number): void {
    this.#kept = Buffer.allocUnsafe(length);
    this.#filled = chunk.copy(this.#kept, 0, from);
  }
}

function headLength(chunk: Buffer, at: number, left: number): number {
  if (left < 2) return 2;
  const length = chunk[at + 1]!;
  if (length > 127) throw new Error('a server does not mask its frames');
  if (length < 126) return 2;
  return length === 126 ? 4 : 10;
}

function payloadLength(chunk: Buffer, at: number, head: number): number {
  if (head === 2) return chunk[at + 1]!;
  return head === 4 ? chunk.readUInt16BE(at + 2) : chunk.readUIntBE(at + 4, 6);
}

/** A client's frame; its mask is zero, so that the text stays as it is. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const short = payload.length < 126;
  const head = Buffer.alloc(short ? 6 : 8);
  head[0] = 0x81;
  head[1] = 0x80 | (short ? payload.length : 126);
  if (!short) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
