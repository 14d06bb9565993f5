/** Loses every tenth message for one of its receivers: a bench that does not see it is worth nothing. */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { type Command, listen, Room } from './room.ts';

const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
const room = new Room('lobby');
let taken = 0;

server.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const event = JSON.stringify(room.take(JSON.parse(data.toString()) as Command));
    const receivers = [...server.clients];
    if (++taken % 10 === 0) receivers.pop();
    for (const client of receivers) client.send(event);
    socket.send('{"ok":true}');
  });
});
listen(http);
