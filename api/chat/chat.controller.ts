import { Body, Controller, Get, HttpCode, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { User } from '../domain/event.js';
import { nicknameKey } from '../domain/nickname.js';
import { Answers, Refuses } from '../edge/answers.js';
import { Who } from '../edge/caller.js';
import { IdentityGuard, Person, TokenNeeded, TokenWelcome } from '../edge/identity.guard.js';
import { type Caller, type LimitedAction, Limits } from '../edge/limits.js';
import { Tokens } from '../edge/tokens.js';
import { LongPolls } from '../realtime/long-polls.js';
import { ChatService, HEARTBEAT_SECONDS, STALE_SECONDS } from './chat.service.js';
import {
  HeartbeatAnswer,
  JoinAnswer,
  MessagePage,
  ReadList,
  RoomDto,
  RoomList,
  RoomState,
  SendAnswer,
  UserList,
} from './dto/answers.js';
import {
  CreateRoomRequest,
  EventsQuery,
  JoinRequest,
  MessagesQuery,
  ReadRequest,
  RoomQuery,
  RoomRequest,
  SendRequest,
  TypingRequest,
} from './dto/requests.js';

/** The door for REST. */
@Controller('api/chat')
@UseGuards(IdentityGuard)
export class ChatController {
  constructor(
    private readonly chat: ChatService,
    private readonly polls: LongPolls,
    private readonly tokens: Tokens,
    private readonly limits: Limits,
  ) {}

  @Post('join')
  @ApiTags('people')
  @TokenWelcome()
  @ApiOperation({ operationId: 'join', summary: 'Take a nickname' })
  @Answers(201, JoinAnswer)
  @Refuses(400, 401, 403, 404, 409, 413, 415, 429, 503)
  async join(@Body() { nickname, room }: JoinRequest, @Who() caller: Caller): Promise<JoinAnswer> {
    await this.limits.take(caller.person ? 'poll' : 'join', caller, await this.chat.enter(room));
    const user = this.chat.identify(nickname, caller.person);
    await this.chat.touch(room, user, caller.person !== undefined);
    return {
      user,
      token: this.tokens.sign(user),
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
  @Refuses(400, 401, 403, 404, 409, 413, 415, 429, 503)
  async send(
    @Body() { nickname, ...saying }: SendRequest,
    @Res({ passthrough: true }) response: Response,
    @Who() caller: Caller,
  ): Promise<SendAnswer> {
    await this.#maySend(saying.room, nickname, caller);
    const answer = await this.chat.send({ person: caller.person, nickname }, saying);
    response.status(answer.duplicate ? 200 : 201);
    return answer;
  }

  @Get('messages')
  @ApiTags('messages')
  @TokenWelcome()
  @ApiOperation({ operationId: 'listMessages', summary: 'Read a page of history' })
  @Answers(200, MessagePage)
  @Refuses(400, 401, 404, 409, 429, 503)
  async messages(@Query() { room, before, limit }: MessagesQuery, @Who() caller: Caller): Promise<MessagePage> {
    await this.#heard('poll', room, caller);
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
    @Who() caller: Caller,
  ): Promise<RoomState> {
    await this.#heard('poll', room, caller);
    await this.chat.enter(room, since);
    const state = this.chat.state(room, since);
    if (wait === 0 || !state.recovered || state.events.length > 0) return state;
    const gone = new AbortController();
    if (response.closed) gone.abort();
    response.once('close', () => gone.abort());
    const { person, address } = caller;
    if (person) this.chat.connect(room, person);
    try {
      await this.polls.wait(room, address, wait * 1000, gone.signal);
    } finally {
      if (person) this.chat.disconnect(room, person, false, !gone.signal.aborted);
    }
    return this.chat.state(room, since);
  }

  @Post('heartbeat')
  @HttpCode(200)
  @TokenNeeded()
  @ApiTags('people')
  @ApiBody({ type: RoomRequest, required: false })
  @ApiOperation({ operationId: 'heartbeat', summary: 'Say that you are still here' })
  @Answers(200, HeartbeatAnswer)
  @Refuses(400, 401, 404, 409, 413, 415, 429, 503)
  async heartbeat(@Body() { room }: RoomRequest, @Who() caller: Caller): Promise<HeartbeatAnswer> {
    await this.#heard('poll', room, caller);
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
  async leave(@Body() { room }: RoomRequest, @Person() person: User): Promise<void> {
    await this.chat.leave(await this.chat.enter(room), person);
  }

  @Get('users')
  @ApiTags('people')
  @TokenWelcome()
  @ApiOperation({ operationId: 'listUsers', summary: 'See who is online' })
  @Answers(200, UserList)
  @Refuses(400, 401, 404, 409, 429, 503)
  async users(@Query() { room }: RoomQuery, @Who() caller: Caller): Promise<UserList> {
    await this.#heard('poll', room, caller);
    return this.chat.users(room);
  }

  @Get('rooms')
  @ApiTags('rooms')
  @ApiOperation({ operationId: 'listRooms', summary: 'See which rooms there are' })
  @TokenWelcome()
  @Answers(200, RoomList)
  @Refuses(401, 429)
  async rooms(@Who() caller: Caller): Promise<RoomList> {
    await this.limits.take('poll', caller);
    return { rooms: await this.chat.list() };
  }

  @Post('rooms')
  @ApiTags('rooms')
  @TokenWelcome()
  @ApiOperation({ operationId: 'createRoom', summary: 'Make a room' })
  @Answers(201, RoomDto)
  @Refuses(400, 401, 409, 413, 415, 429, 503)
  async createRoom(@Body() { name, title }: CreateRoomRequest, @Who() caller: Caller): Promise<RoomDto> {
    await this.limits.take('rooms', caller);
    return this.chat.createRoom(name, title);
  }

  @Post('typing')
  @HttpCode(204)
  @TokenNeeded()
  @ApiTags('people')
  @ApiOperation({ operationId: 'setTyping', summary: 'Say that you are typing' })
  @Answers(204)
  @Refuses(400, 401, 404, 409, 413, 415, 429, 503)
  async typing(@Body() { room, typing }: TypingRequest, @Who() caller: Caller, @Person() person: User): Promise<void> {
    await this.#heard('typing', room, caller);
    this.chat.setTyping(room, person, typing);
  }

  @Post('read')
  @HttpCode(204)
  @TokenNeeded()
  @ApiTags('messages')
  @ApiOperation({ operationId: 'markRead', summary: 'Say how far you have read' })
  @Answers(204)
  @Refuses(400, 401, 404, 409, 413, 415, 429, 503)
  async read(@Body() { room, seq }: ReadRequest, @Who() caller: Caller, @Person() person: User): Promise<void> {
    await this.#heard('poll', room, caller);
    await this.chat.markRead(room, person, seq);
  }

  @Get('reads')
  @ApiTags('messages')
  @TokenWelcome()
  @ApiOperation({ operationId: 'listReads', summary: 'See who has read how far' })
  @Answers(200, ReadList)
  @Refuses(400, 401, 404, 409, 429, 503)
  async reads(@Query() { room }: RoomQuery, @Who() caller: Caller): Promise<ReadList> {
    await this.#heard('poll', room, caller);
    return this.chat.reads(room);
  }

  /** Without a token a name is a person's all the same, and a new one is as good as joining. */
  async #maySend(room: string, nickname: string | undefined, caller: Caller): Promise<void> {
    await this.chat.enter(room);
    if (caller.person || nickname === undefined) return this.limits.take('send', caller, room);
    if (await this.chat.isNewGuest(nickname)) await this.limits.take('join', caller, room);
    await this.limits.take('send', { ...caller, guest: nicknameKey(nickname) }, room);
  }

  /** Counts the call, and takes one with a token for that person's heartbeat. */
  async #heard(action: LimitedAction, room: string, caller: Caller): Promise<void> {
    // Only rooms that there are are counted, or anyone could fill the memory with names.
    await this.limits.take(action, caller, await this.chat.enter(room));
    if (caller.person) await this.chat.touch(room, caller.person, true);
  }
}
