import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type AsyncApi, type Message, messagesOf, nameOf } from '../../api/edge/asyncapi.js';
import { contract, expectSchema, expectWithin } from './contract.js';

/** The Socket.IO half of the contract. */
export const asyncapi: AsyncApi = parse(readFileSync('openapi/generated/chat.asyncapi.yaml', 'utf8'));

const { connect, ...operations } = asyncapi.operations;
const byAction = (action: string) => Object.values(operations).filter((operation) => operation.action === action);

/** What a client may say, by its name, with the schema it is said in and the answers there are. */
export const clientEvents = new Map(
  byAction('receive').map((operation) => {
    const [event] = messagesOf(asyncapi, operation);
    const [done, refused] = messagesOf(asyncapi, operation.reply!);
    return [event!.name, { schema: nameOf(event!.payload), done: done!, refused: refused! }];
  }),
);

/** What a client is told, by its name. */
export const serverEvents = new Map(
  byAction('send')
    .flatMap((operation) => messagesOf(asyncapi, operation))
    .map((event) => [event.name, event]),
);

const connectError = messagesOf(asyncapi, connect!.reply!).find(({ name }) => name === 'connect_error')!;

/** Throws unless the payload is what the message of the contract carries, with nothing more in it. */
export function expectMessage({ payload }: Message, value: unknown): void {
  const name = nameOf(payload);
  const isShared = contract.components.schemas[name] !== undefined;
  expectSchema(isShared ? name : nameOf({ $ref: asyncapi.components.schemas[name]!.allOf![0]!.$ref! }), value);
  if (!isShared) expectWithin(asyncapi.components.schemas, name, value);
}

/** Throws unless a server may tell this. */
export function expectEvent(name: string, payload: unknown): void {
  const event = serverEvents.get(name);
  if (!event) throw new Error(`${name} is no event of the contract`);
  expectMessage(event, payload);
}

/** Throws unless the event of a client may be acknowledged so; one that nobody knows can only be refused. */
export function expectAck(name: string, answer: { ok: boolean; problem?: { code: string } }): void {
  const event = clientEvents.get(name);
  if (event) return expectMessage(answer.ok ? event.done : event.refused, answer);
  expectSchema('AckRefused', answer);
  if (answer.problem?.code !== 'validation-failed')
    throw new Error(`${name} is not known, and was ${answer.problem?.code}`);
}

/** Throws unless somebody may be kept out so. */
export const expectConnectError = (data: unknown): void => expectMessage(connectError, data);
