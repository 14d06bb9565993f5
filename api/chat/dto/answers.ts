import type * as Contract from '../../../openapi/generated/chat.js';
import { Field, IntegerField, StringField } from '../../edge/fields.js';

const LAST_SEQ = Number.MAX_SAFE_INTEGER;
const TopSeq = () => IntegerField({ minimum: 0, maximum: LAST_SEQ, format: 'int64' });
const Seq = () => IntegerField({ minimum: 1, maximum: LAST_SEQ, format: 'int64' });
const Online = () => IntegerField({ minimum: 0, maximum: 2147483647, format: 'int32' });
const Timestamp = () => Field({ type: String, format: 'date-time' });

export class UserDto implements Contract.User {
  @StringField('UserId')
  userId!: string;

  @StringField('Nickname')
  nickname!: string;
}

export class MessageDto extends UserDto implements Contract.Message {
  @StringField('MessageId')
  id!: string;

  @Seq()
  seq!: number;

  @StringField('RoomName')
  room!: string;

  @StringField('Text')
  text!: string;

  @Timestamp()
  sentAt!: string;
}

export class EventDto implements Contract.Event {
  @Seq()
  seq!: number;

  @Field({ type: String, minLength: 1, maxLength: 64 })
  type!: string;

  @Timestamp()
  at!: string;

  @Field({ required: false })
  message?: MessageDto;
}

export class JoinAnswer implements Contract.JoinAnswer {
  @Field()
  user!: UserDto;

  @StringField('Token')
  token!: string;

  @IntegerField({ minimum: 1, maximum: 3600 })
  heartbeatSeconds!: number;

  @IntegerField({ minimum: 1, maximum: 3600 })
  staleSeconds!: number;
}

export class SendAnswer implements Contract.SendAnswer {
  @Field()
  message!: MessageDto;

  @Field()
  duplicate!: boolean;
}

/** Where a room's log stands. */
class Position {
  @StringField('RoomName')
  room!: string;

  @StringField('Epoch')
  epoch!: string;

  @TopSeq()
  seq!: number;

  @StringField('Cursor')
  cursor!: string;
}

export class MessagePage extends Position implements Contract.MessagePage {
  @Field({ type: [MessageDto], maxItems: 200 })
  messages!: MessageDto[];
}

export class RoomState extends Position implements Contract.RoomState {
  @Field()
  recovered!: boolean;

  @Field({ type: [MessageDto], required: false })
  messages?: MessageDto[];

  @Field({ type: [EventDto], required: false })
  events?: EventDto[];

  @IntegerField({ minimum: 1, maximum: LAST_SEQ, format: 'int64' }, { optional: true })
  missed?: number;

  @Online()
  online!: number;

  @Field({ type: [UserDto] })
  users!: UserDto[];
}

export class UserList implements Contract.UserList {
  @Online()
  online!: number;

  @Field({ type: [UserDto] })
  users!: UserDto[];
}

export class HeartbeatAnswer extends UserList implements Contract.HeartbeatAnswer {
  @StringField('Epoch')
  epoch!: string;

  @TopSeq()
  seq!: number;
}

export class ReadDto extends UserDto implements Contract.Read {
  @Seq()
  seq!: number;
}

export class ReadList implements Contract.ReadList {
  @Field({ type: [ReadDto] })
  reads!: ReadDto[];
}

export class RoomDto implements Contract.Room {
  @StringField('RoomName')
  name!: string;

  @StringField('Title')
  title!: string;

  @Online()
  online!: number;

  @StringField('Epoch')
  epoch!: string;

  @TopSeq()
  seq!: number;

  @Timestamp()
  activeAt!: string;
}

export class RoomList implements Contract.RoomList {
  @Field({ type: [RoomDto] })
  rooms!: RoomDto[];
}
