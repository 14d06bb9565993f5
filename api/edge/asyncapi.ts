/** As much of AsyncAPI 3 (asyncapi.com/docs/reference/specification/v3.0.0) as the contract uses. */
export interface AsyncApi {
  info: { title: string; version: string; description: string };
  channels: Record<string, Channel>;
  operations: Record<string, Operation>;
  components: { messages: Record<string, Message>; schemas: Record<string, Schema> };
}

export interface Reference {
  $ref: string;
}

export interface Channel {
  address: string;
  description: string;
  messages: Record<string, Reference>;
}

export interface Operation {
  /** From the server's side: what it takes from clients, or tells them. */
  action: 'receive' | 'send';
  channel: Reference;
  title: string;
  summary: string;
  description?: string;
  messages: Reference[];
  reply?: { channel: Reference; messages: Reference[] };
}

export interface Message {
  name: string;
  title: string;
  summary?: string;
  payload: Reference;
  examples?: { summary?: string; payload: unknown }[];
}

/** JSON Schema; a reference may have neighbours. */
export interface Schema extends Partial<Reference> {
  type?: string;
  description?: string;
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}

/** The last part of a reference. */
export const nameOf = ({ $ref }: Reference): string => $ref.slice($ref.lastIndexOf('/') + 1);

/** The messages of an operation or a reply, by way of its channel. */
export function messagesOf(document: AsyncApi, { channel, messages }: NonNullable<Operation['reply']>): Message[] {
  const { messages: ofChannel } = document.channels[nameOf(channel)]!;
  return messages.map((message) => document.components.messages[nameOf(ofChannel[nameOf(message)]!)]!);
}
