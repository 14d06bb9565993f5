/** What stands before a text message of so many bytes in one unmasked frame (RFC 6455, 5.2), as a server sends it. */
export function frameHead(size: number): Buffer {
  const head = Buffer.allocUnsafe(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  head[0] = 0x81;
  if (head.length === 2) head[1] = size;
  else if (head.length === 4) head.writeUInt16BE(size, head.writeUInt8(126, 1));
  else head.writeBigUInt64BE(BigInt(size), head.writeUInt8(127, 1));
  return head;
}
