/** The small REST service that both frameworks under Nest are measured with; decorators are called by hand, for Node strips only types. */
import 'reflect-metadata';
import type { Server } from 'node:http';
import {
  type ArgumentsHost,
  Body,
  Catch,
  Controller,
  Get,
  HttpException,
  Module,
  Post,
  type Type,
  ValidationPipe,
} from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { NestFactory } from '@nestjs/core';
import { IsOptional, IsString, IsUUID, Length, Matches } from 'class-validator';
import { listen, Room } from './room.ts';

const room = new Room('lobby');

/** The same bounds as the contract's. */
class SendRequest {
  text!: string;
  id!: string;
  room?: string;
  nickname?: string;
}
IsString()(SendRequest.prototype, 'text');
Length(1, 4_000)(SendRequest.prototype, 'text');
IsUUID()(SendRequest.prototype, 'id');
IsOptional()(SendRequest.prototype, 'room');
Matches(/^[a-z0-9][a-z0-9-]{0,39}$/)(SendRequest.prototype, 'room');
IsOptional()(SendRequest.prototype, 'nickname');
Length(1, 32)(SendRequest.prototype, 'nickname');

class Door {
  send(command: SendRequest) {
    const [event] = room.take(command).events;
    return { message: event!.message, duplicate: false };
  }

  messages() {
    return { cursor: 'c29tZWVwb2No:0', messages: [] };
  }

  events() {
    return new Promise((resolve) => setTimeout(resolve, 30_000, { events: [] }));
  }
}
Controller('api/chat')(Door);
method(Door, 'send', Post('send'), Body());
method(Door, 'messages', Get('messages'));
method(Door, 'events', Get('events'));
Reflect.defineMetadata('design:paramtypes', [SendRequest], Door.prototype, 'send');

class Problems {
  readonly #adapter: AbstractHttpAdapter;

  constructor(adapter: AbstractHttpAdapter) {
    this.#adapter = adapter;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const status = error instanceof HttpException ? error.getStatus() : 500;
    const response = host.switchToHttp().getResponse<unknown>();
    this.#adapter.setHeader(response, 'Content-Type', 'application/problem+json');
    this.#adapter.reply(
      response,
      JSON.stringify({ type: 'about:blank', status, title: (error as Error).message }),
      status,
    );
  }
}
Catch()(Problems);

class App {}
Module({ controllers: [Door] })(App);

/** Serves it by the adapter of one framework. */
export async function serve(adapter: AbstractHttpAdapter): Promise<void> {
  const app = await NestFactory.create(App, adapter, { logger: ['error'] });
  app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
  app.useGlobalFilters(new Problems(adapter));
  await app.init();
  // Fastify has routes only once all of its plugins are there.
  await adapter.getInstance<{ ready?: () => Promise<unknown> }>().ready?.();
  listen(app.getHttpServer() as Server);
}

function method(target: Type, name: string, route: MethodDecorator, parameter?: ParameterDecorator): void {
  route(target.prototype, name, Object.getOwnPropertyDescriptor(target.prototype, name)!);
  parameter?.(target.prototype, name, 0);
}
