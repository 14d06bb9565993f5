/** A gateway as Nest's documentation has it; decorators are called by hand, for Node strips only types. */
import 'reflect-metadata';
import type { Server as HttpServer } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Socket } from 'socket.io';
import { type Command, listen, rooms } from './room.ts';

const roomOf = rooms();

class Gateway {
  handleConnection(socket: Socket): void {
    socket.emit('room:joined', { room: 'lobby' });
  }

  send({ nsp }: Socket, command: Command) {
    nsp.emit('room:events', roomOf(nsp.name).take(command));
    return { ok: true, data: {} };
  }
}
WebSocketGateway({ namespace: /^\/chat\//, pingInterval: 10_000, pingTimeout: 15_000 })(Gateway);
ConnectedSocket()(Gateway.prototype, 'send', 0);
MessageBody()(Gateway.prototype, 'send', 1);
SubscribeMessage('message:send')(
  Gateway.prototype,
  'send',
  Object.getOwnPropertyDescriptor(Gateway.prototype, 'send')!,
);

class App {}
Module({ providers: [Gateway] })(App);

const app = await NestFactory.create(App, { logger: ['error'] });
app.useWebSocketAdapter(new IoAdapter(app));
await app.init();
listen(app.getHttpServer() as HttpServer);
