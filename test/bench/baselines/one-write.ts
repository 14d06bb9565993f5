/**
 * The least that Node can do for each receiver and message: a frame that was made once is written to the
 * plain socket. What this costs is the system call and little else.
 */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import * as ws from 'ws';
import { type Command, listen, Room } from './room.ts';

/** Of `ws`, but not in its types. */
type Frame = (data: Buffer, options: object) => Buffer[];

const { frame } = (ws as unknown as { Sender: { frame: Frame } }).Sender;
const http = createServer();
const server = new ws.WebSocketServer({ server: http, perMessageDeflate: false });
const room = new Room('lobby');
const sockets = new Set<Socket>();

server.on('connection', (client, { socket }) => {
  sockets.add(socket);
  client.on('close', () => sockets.delete(socket));
  client.on('message', (data: Buffer) => {
    const event = Buffer.from(JSON.stringify(room.take(JSON.parse(data.toString()) as Command)));
    const whole = Buffer.concat(frame(event, { fin: true, opcode: 1, mask: false, readOnly: true, rsv1: false }));
    for (const receiver of sockets) receiver.write(whole);
    client.send('{"ok":true}');
  });
});
listen(http);
