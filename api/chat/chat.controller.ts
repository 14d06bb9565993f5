import { Body, Controller, Get, HttpCode, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { User } from '../domain/event.js';
import { Answers, Refuses } from '../edge/answers.js';
import { IdentityGuard, Person, TokenNeeded, TokenWelcome } from '../edge/identity.guard.js';
import { ClientAddress } from '../edge/client-address.js';
import { Tokens } from '../edge/tokens.js';
import { LongPolls } from '../realtime/long-polls.js';
import { ChatService, HEARTBEAT_SECONDS, STALE_SECONDS } from './chat.service.js';
import { HeartbeatAnswer, JoinAnswer, MessagePage, RoomList, RoomState, SendAnswer, UserList } from './dto/answers.js';
import { EventsQuery, JoinRequest, MessagesQuery, RoomQuery, RoomRequest, SendRequest } from './dto/requests.js';

/** The door for REST. */
@Controller('api/chat')
@UseGuards(IdentityGuard)
export class ChatController {
  constructor(
    private readonly chat: ChatService,
    private readonly polls: LongPolls,
    private readonly tokens: Tokens,
  ) {}

  @Post('join')
  @ApiTags('people')
  @TokenWelcome()
  @ApiOperation({ operationId: 'join', summary: 'Take a nickname' })
  @Answers(201, JoinAnswer)
  @Refuses(400, 401, 403, 404, 409, 413, 415, 503)
  async join(@Body() { nickname, room }: JoinRequest, @Person() person?: User): Promise<JoinAnswer> {
    const user = this.chat.identify(nickname, person);
    this.chat.touch(room, user);
    return {
      user,
      token: await this.tokens.sign(user),
      heartbeatSeconds: HEARTBEAT_SECONDS,
      staleSeconds: STALE_SECONDS,
    };
  }

  @Post('send')
  @ApiTags('messages')
  @TokenWelcome()
  @ApiOperation({ operationId: 'sendMessage', summary: 'Say something' })
  @Answers(200, SendAnswer)
  @Answers(201, SendAnswer)
  @Refuses(400, 401, 403, 404, 409, 413, 415, 503)
  async send(
    @Body() { nickname, ...saying }: SendRequest,
    @Res({ passthrough: true }) response: Response,
    @Person() person?: User,
  ): Promise<SendAnswer> {
    const answer = await this.chat.send({ person, nickname }, saying);
    response.status(answer.duplicate ? 200 : 201);
    return answer;
  }

  @Get('messages')
  @ApiTags('messages')
  @TokenWelcome()
  @ApiOperation({ operationId: 'listMessages', summary: 'Read a page of history' })
  @Answers(200, MessagePage)
  @Refuses(400, 401, 404, 409, 503)
  messages(@Query() { room, before, limit }: MessagesQuery, @Person() person?: User): MessagePage {
    this.#heard(room, person);
    return this.chat.page(room, limit, before);
  }

  @Get('events')
  @ApiTags('messages')
  @TokenWelcome()
  @ApiOperation({ operationId: 'listEvents', summary: 'Ask what came after a cursor' })
  @Answers(200, RoomState)
  @Refuses(400, 401, 404, 409, 429, 503)
  async events(
    @Query() { room, since, wait }: EventsQuery,
    @Res({ passthrough: true }) response: Response,
    @ClientAddress() address: string,
    @Person() person?: User,
  ): Promise<RoomState> {
    this.#heard(room, person);
    const state = this.chat.state(room, since);
    if (wait === 0 || !state.recovered || state.events.length > 0) return state;
    const gone = new AbortController();
    if (response.closed) gone.abort();
    response.once('close', () => gone.abort());
    const disconnect = person && this.chat.connect(room, person);
    try {
      await this.polls.wait(room, address, wait * 1000, gone.signal);
    } finally {
      disconnect?.(false);
    }
    if (!gone.signal.aborted) this.#heard(room, person);
    return this.chat.state(room, since);
  }

  @Post('heartbeat')
  @HttpCode(200)
  @TokenNeeded()
  @ApiTags('people')
  @ApiBody({ type: RoomRequest, required: false })
  @ApiOperation({ operationId: 'heartbeat', summary: 'Say that you are still here' })
  @Answers(200, HeartbeatAnswer)
  @Refuses(400, 401, 404, 409, 413, 415, 503)
  heartbeat(@Body() { room }: RoomRequest, @Person() person: User): HeartbeatAnswer {
    this.chat.touch(room, person);
    return { ...this.chat.users(room), ...this.chat.position(room) };
  }

  @Post('leave')
  @HttpCode(204)
  @TokenNeeded()
  @ApiTags('people')
  @ApiBody({ type: RoomRequest, required: false })
  @ApiOperation({ operationId: 'leave', summary: 'Leave the room' })
  @Answers(204)
  @Refuses(400, 401, 404, 413, 415)
  leave(@Body() { room }: RoomRequest, @Person() person: User): void {
    this.chat.leave(room, person);
  }

  @Get('users')
  @ApiTags('people')
  @TokenWelcome()
  @ApiOperation({ operationId: 'listUsers', summary: 'See who is online' })
  @Answers(200, UserList)
  @Refuses(400, 401, 404, 409, 503)
  users(@Query() { room }: RoomQuery, @Person() person?: User): UserList {
    this.#heard(room, person);
    return this.chat.users(room);
  }

  @Get('rooms')
  @ApiTags('rooms')
  @ApiOperation({ operationId: 'listRooms', summary: 'See which rooms there are' })
  @Answers(200, RoomList)
  rooms(): RoomList {
    return { rooms: this.chat.list() };
  }

  /** Any call with a token counts as that person's heartbeat. */
  #heard(room: string, person?: User): void {
    if (person) this.chat.touch(room, person);
  }
}
