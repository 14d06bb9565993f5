import { Transform } from 'class-transformer';
import { ApiSchema } from '@nestjs/swagger';
import type * as Contract from '../../../openapi/generated/chat.js';
import { BooleanField, IntegerField, StringField } from '../../edge/fields.js';
import { LOBBY } from '../rooms.js';

const LAST_SEQ = Number.MAX_SAFE_INTEGER;

/** A query is text; `Number` would take an empty one for 0, and also read hexadecimals. */
const FromDigits = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value,
  );

export class JoinRequest implements Omit<Contract.JoinRequest, 'room'> {
  @StringField('Nickname')
  nickname!: string;

  @StringField('RoomName', { optional: true })
  room: string = LOBBY;
}

export class SendRequest implements Contract.SendRequest {
  @StringField('Text')
  text!: string;

  @StringField('MessageId', { optional: true })
  id?: string;

  @StringField('RoomName', { optional: true })
  room: string = LOBBY;

  @StringField('Nickname', { optional: true })
  nickname?: string;
}

export class RoomRequest implements Contract.RoomRequest {
  @StringField('RoomName', { optional: true })
  room: string = LOBBY;
}

/** The query of what only asks about a room. */
@ApiSchema({ name: 'RoomQuery' })
export class RoomQuery {
  @StringField('RoomName', { optional: true })
  room: string = LOBBY;
}

export class MessagesQuery extends RoomQuery {
  @FromDigits()
  @IntegerField({ minimum: 1, maximum: LAST_SEQ, format: 'int64' }, { optional: true })
  before?: number;

  @FromDigits()
  @IntegerField({ minimum: 1, maximum: 200, byDefault: 50 })
  limit: number = 50;
}

export class StreamQuery extends RoomQuery {
  @StringField('Cursor', { optional: true })
  since?: string;
}

/** As the browser's `EventSource` sends it when it comes back. */
export class StreamHeaders {
  @StringField('Cursor', { optional: true })
  'Last-Event-ID'?: string;
}

export class EventsQuery extends StreamQuery {
  @FromDigits()
  @IntegerField({ minimum: 0, maximum: 30, byDefault: 0 })
  wait: number = 0;
}

export class CreateRoomRequest implements Contract.CreateRoomRequest {
  @StringField('RoomName')
  name!: string;

  @StringField('Title', { optional: true })
  title?: string;
}

export class TypingCommand implements Contract.TypingCommand {
  @BooleanField()
  typing!: boolean;
}

export class TypingRequest extends RoomRequest implements Contract.TypingRequest {
  @BooleanField()
  typing!: boolean;
}

export class ReadCommand implements Contract.ReadCommand {
  @IntegerField({ minimum: 1, maximum: LAST_SEQ, format: 'int64' })
  seq!: number;
}

export class ReadRequest extends RoomRequest implements Contract.ReadRequest {
  @IntegerField({ minimum: 1, maximum: LAST_SEQ, format: 'int64' })
  seq!: number;
}

export class SendCommand implements Contract.SendCommand {
  @StringField('MessageId')
  id!: string;

  @StringField('Text')
  text!: string;
}

/** The `auth` of a Socket.IO connection; other members are ignored. */
export class ConnectAuth implements Contract.ConnectAuth {
  @StringField('Nickname', { optional: true })
  nickname?: string;

  @StringField('Token', { optional: true })
  token?: string;

  @StringField('Cursor', { optional: true })
  since?: string;
}
