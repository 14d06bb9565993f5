import { Controller, Get, Headers, Query, Res, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Refuses } from '../edge/answers.js';
import { Who } from '../edge/caller.js';
import { stringSchema } from '../edge/fields.js';
import { IdentityGuard, TokenWelcome } from '../edge/identity.guard.js';
import { type Caller, Limits } from '../edge/limits.js';
import { validate } from '../edge/validation.pipe.js';
import { EventStreams } from '../realtime/event-streams.js';
import { ChatService } from './chat.service.js';
import { StreamHeaders, StreamQuery } from './dto/requests.js';

/** The door for server-sent events. */
@Controller('api/chat')
@UseGuards(IdentityGuard)
export class StreamController {
  constructor(
    private readonly chat: ChatService,
    private readonly streams: EventStreams,
    private readonly limits: Limits,
  ) {}

  @Get('stream')
  @ApiTags('messages')
  @TokenWelcome()
  @ApiOperation({ operationId: 'streamEvents', summary: 'Follow a room as server-sent events' })
  @ApiHeader({ name: 'Last-Event-ID', required: false, schema: stringSchema('Cursor') })
  @ApiProduces('text/event-stream')
  @ApiResponse({ status: 200, content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @Refuses(400, 401, 404, 409, 429, 503)
  async stream(
    @Query() { room, since }: StreamQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Who() caller: Caller,
    @Res() response: Response,
  ): Promise<void> {
    const { 'Last-Event-ID': cursor = since } = validate(StreamHeaders, { 'Last-Event-ID': lastEventId });
    await this.chat.enter(room);
    const { address, person } = caller;
    await this.limits.take('poll', caller, room);
    if (response.req.method === 'HEAD') return void response.type('text/event-stream').end();
    if (person) await this.chat.claim(person, true);
    await this.chat.enter(room, cursor);
    // Whoever went away meanwhile would never be seen to go.
    if (response.closed) return;
    this.streams.take(address);
    try {
      if (person) this.chat.connect(room, person);
    } catch (error) {
      this.streams.release(address);
      throw error;
    }
    response.once('close', () => {
      this.streams.release(address);
      if (person) this.chat.disconnect(room, person, false);
    });
    this.streams.open(response, room, this.chat.state(room, cursor), person?.userId);
  }
}
