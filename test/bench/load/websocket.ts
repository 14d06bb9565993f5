import { FrameReader, textFrame, type OnFrame } from './frame-reader.ts';
import type { Link, LinkHandlers } from './link.ts';
import { dial } from './wire.ts';

const HEAD_END = '\r\n\r\n';
const TEXT = 1;
const CLOSE = 8;
const PING = 9;

/** Opens a WebSocket without extensions (RFC 6455, 4.1) and hands on what comes, without a copy. */
export function openWebSocket(url: URL, path: string, link: LinkHandlers): Link {
  let reader: FrameReader | undefined;
  let head = '';
  const onFrame: OnFrame = (opcode, bytes, start, end) => {
    if (opcode === TEXT) link.onPacket(bytes, start, end);
    else if (opcode === CLOSE) socket.destroy();
    else if (opcode !== PING) throw new Error(`a frame nobody expects: ${opcode}`);
  };
  const onData = (bytes: Buffer) => {
    if (reader) return reader.read(bytes);
    head += bytes.toString('latin1');
    const end = head.indexOf(HEAD_END);
    if (end < 0) return;
    if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`no WebSocket: ${head.slice(0, 40)}`);
    reader = new FrameReader(onFrame);
    link.onOpen();
    reader.read(Buffer.from(head.slice(end + HEAD_END.length), 'latin1'));
  };
  const socket = dial(url, onData, link.onEnd);
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13${HEAD_END}`,
  );
  return { send: (packet) => void socket.write(textFrame(packet)), close: () => void socket.destroy() };
}
