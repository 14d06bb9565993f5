import { frameHead } from './frame.js';

/** The type of a packet of Engine.IO that carries one of Socket.IO. */
const MESSAGE = Buffer.from('4');

/** Up to so many bytes, a copy is cheaper than one more piece for the kernel to gather. */
const SHORT = 4_096;

/** A packet of Socket.IO in parts, of which others may have some too, and the WebSocket frame that carries it. */
export class Packet {
  readonly frame: readonly Buffer[];
  #whole?: { text: string; options: { preEncoded: true; wsPreEncodedFrame: Buffer[] } };

  constructor(private readonly parts: readonly Buffer[]) {
    const size = parts.reduce((sum, { length }) => sum + length, MESSAGE.length);
    const frame = [Buffer.concat([frameHead(size), MESSAGE]), ...parts];
    this.frame = size > SHORT ? frame : [Buffer.concat(frame)];
  }

  /** As Engine.IO takes it: over a WebSocket it sends the frame, over all else the text. */
  get whole() {
    this.#whole ??= {
      text: Buffer.concat(this.parts).toString(),
      options: { preEncoded: true, wsPreEncodedFrame: [Buffer.concat(this.frame)] },
    };
    return this.#whole;
  }
}
