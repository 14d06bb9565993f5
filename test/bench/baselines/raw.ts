/** `ws` without anything around it: one `send` for each receiver and message. */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { type Command, listen, Room } from './room.ts';

const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
const room = new Room('lobby');

server.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const event = JSON.stringify(room.take(JSON.parse(data.toString()) as Command));
    for (const client of server.clients) client.send(event);
    socket.send('{"ok":true}');
  });
});
listen(http);
