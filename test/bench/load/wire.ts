import { connect, type Socket } from 'node:net';

/** What every connection reads into; whoever wants to keep anything of it copies it. */
const SHARED = Buffer.allocUnsafe(256 * 1024);

/** A TCP connection that reads without allocating. `onEnd` is called once, however it ends. */
export function dial(url: URL, onData: (bytes: Buffer) => void, onEnd: (why: Error) => void): Socket {
  let ended = false;
  const end = (why: Error) => {
    if (!ended) onEnd(why);
    ended = true;
  };
  const read = (count: number) => {
    if (ended) return true;
    try {
      onData(SHARED.subarray(0, count));
    } catch (error) {
      end(error as Error);
      socket.destroy();
    }
    return true;
  };
  const socket = connect({
    port: Number(url.port),
    host: url.hostname,
    noDelay: true,
    onread: { buffer: SHARED, callback: read },
  });
  socket.on('error', end);
  socket.on('close', () => end(new Error('closed')));
  return socket;
}
