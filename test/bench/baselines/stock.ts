/** Socket.IO as it comes: one broadcast a message. */
import { createServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { type Command, listen, rooms } from './room.ts';

const http = createServer();
const io = new Server(http, { pingInterval: 10_000, pingTimeout: 15_000 });
const roomOf = rooms();

io.of(/^\/chat\//).on('connection', (socket: Socket) => {
  const room = roomOf(socket.nsp.name);
  socket.on('message:send', (command: Command, acknowledge: (answer: object) => void) => {
    socket.nsp.emit('room:events', room.take(command));
    acknowledge({ ok: true, data: {} });
  });
  socket.emit('room:joined', { room: 'lobby' });
});
listen(http);
