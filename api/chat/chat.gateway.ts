import { UseFilters, UsePipes } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { DefaultEventsMap, Namespace, Server, Socket } from 'socket.io';
import type { ClientEvents, ServerEvents } from '../../openapi/events.js';
import type { User } from '../domain/event.js';
import { Refusal } from '../domain/problem.js';
import { ConnectionBounds } from '../edge/connection-bounds.js';
import { RethrowFilter } from '../edge/problem.filter.js';
import { type Caller, Limits } from '../edge/limits.js';
import { Problems } from '../edge/problems.js';
import { Tokens } from '../edge/tokens.js';
import { InputPipe, validate } from '../edge/validation.pipe.js';
import { SocketRooms } from '../realtime/socket-rooms.js';
import { ChatService } from './chat.service.js';
import { ConnectAuth, ReadCommand, SendCommand, TypingCommand } from './dto/requests.js';

interface Admitted {
  token: string;
  since?: string;
}

interface Connected {
  room: string;
  user: User;
  caller: Caller;
  /** Until it has been told where the room stands. */
  admitted: Admitted | undefined;
  isPresent: boolean;
}

type ChatSocket = Socket<ClientEvents, ServerEvents, DefaultEventsMap, Connected>;

/** Reasons of Socket.IO for which a client left because it wanted to. */
const ON_PURPOSE = ['client namespace disconnect', 'server namespace disconnect'];

/** The door for Socket.IO: one namespace a room, `/chat/<room>`. */
@WebSocketGateway({ namespace: /^\/./ })
@UseFilters(RethrowFilter)
@UsePipes(InputPipe)
export class ChatGateway
  implements OnGatewayInit<Namespace>, OnGatewayConnection<ChatSocket>, OnGatewayDisconnect<ChatSocket>
{
  constructor(
    private readonly chat: ChatService,
    private readonly rooms: SocketRooms,
    private readonly connections: ConnectionBounds,
    private readonly tokens: Tokens,
    private readonly limits: Limits,
    private readonly problems: Problems,
  ) {}

  afterInit(namespaces: Namespace): void {
    namespaces.use((socket, next) => {
      // The answer to the first time is the answer; another one would end the client's socket.
      if (this.connections.isInAlready(socket)) return socket._cleanup();
      this.#admit(socket as ChatSocket)
        .then(
          () => next(),
          (error: unknown) => {
            this.connections.leave(socket);
            next(this.problems.connectError(error));
          },
        )
        // Once Socket.IO has told the refusal, or found the connection gone. Any name makes a namespace; the
        // room behind it may not exist.
        .finally(() => setImmediate(() => this.rooms.forgetIfEmpty(socket.nsp)));
    });
    this.#refuseEveryone(namespaces.server);
  }

  handleConnection(socket: ChatSocket): void {
    const { room, user, admitted } = socket.data;
    const { token, since } = admitted!;
    // What is asked for once is not kept for hours.
    socket.data.admitted = undefined;
    Object.assign(socket, { handshake: null });
    try {
      this.chat.connect(room, user);
      socket.data.isPresent = true;
      this.rooms.add(socket, { ...this.chat.state(room, since), you: { ...user, token } });
    } catch (error) {
      // Lost the race for the nickname or the last place since it was admitted.
      socket._error(this.problems.connectError(error));
      socket.disconnect();
    }
  }

  handleDisconnect(socket: ChatSocket, reason?: string): void {
    this.connections.leave(socket);
    this.rooms.remove(socket);
    const { isPresent, room, user } = socket.data;
    if (isPresent) this.chat.disconnect(room, user, ON_PURPOSE.includes(reason ?? ''));
  }

  @SubscribeMessage('message:send')
  async send(@ConnectedSocket() { data }: ChatSocket, @MessageBody() { id, text }: SendCommand) {
    await this.limits.take('send', data.caller, data.room);
    return this.chat.send({ connected: data.user }, { room: data.room, id, text });
  }

  @SubscribeMessage('typing:set')
  async typing(@ConnectedSocket() { data }: ChatSocket, @MessageBody() { typing }: TypingCommand): Promise<void> {
    await this.limits.take('typing', data.caller, data.room);
    this.chat.setTyping(data.room, data.user, typing);
  }

  @SubscribeMessage('read:mark')
  async read(@ConnectedSocket() { data }: ChatSocket, @MessageBody() { seq }: ReadCommand): Promise<void> {
    await this.limits.take('poll', data.caller, data.room);
    await this.chat.markRead(data.room, data.user, seq);
  }

  async #admit(socket: ChatSocket): Promise<void> {
    this.connections.check(socket);
    const room = /^\/chat\/([^/]+)$/.exec(socket.nsp.name)?.[1];
    if (room === undefined) throw new Refusal('room-not-found', 'Connect to /chat/<room>.');
    await this.chat.enter(room);
    const { nickname, token, since } = validate(ConnectAuth, known(socket.handshake.auth));
    const address = this.connections.addressOf(socket);
    const person = token === undefined ? undefined : this.tokens.verify(token);
    // Coming back is no joining, but it is a question about the room.
    await this.limits.take(person ? 'poll' : 'join', { address, person }, room);
    const user = this.chat.identify(nickname, person);
    await this.chat.claim(user, person !== undefined);
    await this.chat.enter(room, since);
    socket.data = {
      room,
      user,
      caller: { address, person: user },
      isPresent: false,
      admitted: { token: token ?? this.tokens.sign(user), since },
    };
  }

  /** The root namespace is nobody's room, and Socket.IO would let anyone in. */
  #refuseEveryone(server: Server): void {
    const refusal = new Refusal('room-not-found', 'Connect to /chat/<room>.');
    server.of('/').use((_socket, next) => next(this.problems.connectError(refusal)));
  }
}

/** Other members of `auth` are a client's own business. */
function known({ nickname, token, since }: Record<string, unknown>) {
  return { nickname, token, since };
}
