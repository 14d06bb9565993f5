/** A text message in one unmasked frame (RFC 6455, 5.2), as a server sends it. */
export function textFrame(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const start = size < 126 ? 2 : size < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + size);
  frame[0] = 0x81;
  if (start === 2) frame[1] = size;
  else if (start === 4) frame.writeUInt16BE(size, frame.writeUInt8(126, 1));
  else frame.writeBigUInt64BE(BigInt(size), frame.writeUInt8(127, 1));
  frame.write(text, start);
  return frame;
}
