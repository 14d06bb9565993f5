import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { objection } from '../../scripts/compat.mjs';
import { eventCalls } from '../../scripts/event-calls.mjs';
import { breaks, hasOasdiff } from '../../scripts/oasdiff.mjs';
import { asyncapi } from '../support/asyncapi.js';
import { contract } from '../support/contract.js';

const STRICT = process.env['CHAT_TEST_STRICT'] === '1';
const CAN = hasOasdiff() || STRICT;
if (!CAN) console.warn('NOT TESTED: that the contract may not break clients, for want of Go (go.dev)');

/** It is built once, which may take a while. */
const BUILDING = 10 * 60 * 1000;
beforeAll(() => void (CAN && breaks(contract, contract)), BUILDING);

const calls = (document: any) => document;
const released = (document: any, version = '1.4.2') => ({ ...document, info: { ...document.info, version } });

/** What is said of the contract as it is now, with the alteration, as the release after 1.4.2. */
function said(alter: (document: any) => void, document: any, asCalls = calls, version = '1.5.0'): string {
  const after = structuredClone(released(document, version));
  alter(after);
  return String(objection(released(document), after, asCalls));
}

const FINE = 'undefined';
const text = { type: 'string' };

(CAN ? describe : describe.skip)('the next version of the contract', () => {
  it('may have more than the last one', () => {
    const more = ({ paths, components: { schemas } }: any) => {
      paths['/api/chat/more'] = { get: { ...paths['/api/chat/users'].get, operationId: 'more' } };
      paths['/api/chat/users'].get.parameters.push({ name: 'more', in: 'query', schema: text });
      schemas.JoinRequest.properties.more = text;
      schemas.Message.properties.more = text;
      schemas.More = { type: 'object' };
      schemas.ProblemCode.enum.push('more');
      schemas.SendAnswer.required.push('more');
      schemas.SendAnswer.properties.more = text;
    };
    expect(said(more, contract)).toBe(FINE);
  });

  it.each<[string, (document: any) => void, RegExp]>([
    [
      'take a member of an answer away',
      ({ components: { schemas } }) => {
        delete schemas.User.properties.nickname;
        schemas.User.required = ['userId'];
      },
      /removed the required property.*nickname/,
    ],
    [
      'no longer promise a member',
      ({ components: { schemas } }) => (schemas.JoinAnswer.required = ['user']),
      /token.*(optional|required)/,
    ],
    [
      'need a member more',
      ({ components: { schemas } }) => {
        schemas.JoinRequest.properties.age = { type: 'integer' };
        schemas.JoinRequest.required.push('age');
      },
      /POST \/api\/chat\/join: added the new required request property.*age/,
    ],
    [
      'need a member that was free',
      ({ components: { schemas } }) => schemas.SendRequest.required.push('id'),
      /id.*required/,
    ],
    ['need a parameter', ({ components: { parameters } }) => (parameters.Since.required = true), /since.*required/],
    [
      'need a token',
      ({ paths }) => (paths['/api/chat/users'].get.security = [{ bearer: [] }]),
      /GET \/api\/chat\/users: .*security/,
    ],
    ['narrow a bound', ({ components: { schemas } }) => (schemas.Text.maxLength = 3999), /text.*maxLength.*3999/i],
    ['have another type', ({ components: { schemas } }) => (schemas.Online.type = 'string'), /online.*type/],
    [
      'allow fewer values',
      ({ components: { schemas } }) => {
        schemas.CreateRoomRequest.properties.title = { type: 'string', enum: ['a'] };
      },
      /title/,
    ],
    ['take an operation away', ({ paths }) => delete paths['/api/chat/reads'], /GET \/api\/chat\/reads: .*removed/],
    [
      'rename an operation',
      ({ paths }) => (paths['/api/chat/reads'].get.operationId = 'reads'),
      /operation.?id.*listReads/i,
    ],
    [
      'rename a schema',
      ({ components: { schemas } }) => {
        schemas.Condition = schemas.HealthStatus;
        schemas.Health.properties.status.$ref = '#/components/schemas/Condition';
        delete schemas.HealthStatus;
      },
      /schema `HealthStatus`/,
    ],
    [
      'answer with another status',
      ({ paths }) => {
        const { responses } = paths['/api/chat/rooms'].post;
        responses[200] = responses[201];
        delete responses[201];
      },
      /201/,
    ],
  ])('may not %s', (_what, alter, words) => expect(said(alter, contract)).toMatch(words));

  it('may break clients when its first number says so', () => {
    const broken = ({ paths }: any) => delete paths['/api/chat/reads'];
    expect(said(broken, contract, calls, '2.0.0')).toBe(FINE);
    expect(said(broken, contract, calls, '1.4.3')).toMatch(/clients of 1\.4\.2 would break, so 1\.4\.3 is not enough/);
  });

  it('is another one as soon as anything is changed, and a later one', () => {
    expect(said(() => undefined, contract, calls, '1.4.2')).toBe(FINE);
    expect(said(({ info }) => (info.title = 'x'), contract, calls, '1.4.2')).toBe(
      '1.4.2 was released, and is not what it was',
    );
    expect(said(() => undefined, contract, calls, '1.4.1')).toMatch(/1\.4\.2 was released/);
  });
});

(CAN ? describe : describe.skip)('the events of the next version', () => {
  it('may be more, and carry more', () => {
    const more = ({ operations, channels, components: { schemas, messages } }: any) => {
      messages.More = { name: 'room:more', title: 'More', payload: { $ref: '#/components/schemas/RoomPulse' } };
      channels.room.messages.more = { $ref: '#/components/messages/More' };
      operations.more = { ...operations.tellPosition, messages: [{ $ref: '#/channels/room/messages/more' }] };
      schemas.RoomPulse.properties.more = text;
      schemas.SendRefused.allOf[1].properties.problem.properties.code.enum.push('forbidden');
    };
    expect(said(more, asyncapi, eventCalls)).toBe(FINE);
  });

  it.each<[string, (document: any) => void, RegExp]>([
    ['go away', ({ operations }) => delete operations.tellReads, /GET \/chat\/\{room\}\/read:changed: .*removed/],
    [
      'have another name',
      ({ components }) => (components.messages.TypingSet.name = 'typing:put'),
      /typing:set: .*removed/,
    ],
    ['have another namespace', ({ channels }) => (channels.room.address = '/rooms/{room}'), /removed/],
    [
      'need more',
      ({ components: { schemas } }) => (schemas.ConnectAuth.required = ['token']),
      /connect.*token.*required/,
    ],
    [
      'carry less',
      ({ components: { schemas } }) => delete schemas.RoomJoined.allOf[1].properties,
      /room:joined: .*you/,
    ],
    [
      'be acknowledged otherwise',
      ({ components: { messages } }) => (messages.MessageSendDone.payload = messages.TypingSetDone.payload),
      /message:send/,
    ],
  ])('may not %s', (_what, alter, words) => expect(said(alter, asyncapi, eventCalls)).toMatch(words));
});

it('the last release of the contract is kept', () => {
  const [last] = [...readFileSync('CHANGELOG.md', 'utf8').matchAll(/^## \[(\d\S+)\]/gm)].map(([, version]) => version);
  // The events were not described before.
  const kinds = last === '0.2.0' ? ['openapi'] : ['openapi', 'asyncapi'];
  for (const kind of kinds) {
    expect(parse(readFileSync(`openapi/released/${last}.${kind}.yaml`, 'utf8')).info.version).toBe(last);
  }
});
