import type { Writable } from 'node:stream';
import { expect, it } from '@jest/globals';
import * as ws from 'ws';
import { frameHead } from '../../api/realtime/frame.js';

/** What reads in every client that uses `ws`; its types leave it out. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

it.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('a frame of %i bytes is read as what was written', (size) => {
  const text = size > 3 ? 'é'.repeat(2) + 'x'.repeat(size - 4) : 'x'.repeat(size);
  const read: string[] = [];
  const receiver = new Receiver({ isServer: false });
  receiver.on('message', (data: Buffer, isBinary: boolean) => read.push(`${isBinary} ${data.toString()}`));
  receiver.on('error', (error: Error) => read.push(error.message));
  const frames = [text, 'next']
    .map((message) => Buffer.from(message))
    .flatMap((payload) => [frameHead(payload.length), payload]);
  receiver.write(Buffer.concat(frames));
  return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    expect(read).toEqual([`false ${text}`, 'false next']);
  });
});
