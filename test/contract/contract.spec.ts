import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { contract } from '../support/contract.js';
import { type Document, firstDifference, operationsOf } from '../support/openapi.js';
import { startServer, stopServers } from '../support/server.js';

afterEach(stopServers);

let nest: Document;
beforeAll(async () => {
  const { app } = await startServer();
  const frame = new DocumentBuilder().setOpenAPIVersion('3.1.1').addBearerAuth().build();
  nest = SwaggerModule.createDocument(app, frame, { autoTagControllers: false }) as unknown as Document;
});

describe('what Nest says of itself', () => {
  it('has the operations of the contract and no others', () => {
    expect(Object.keys(operationsOf(nest)).sort()).toEqual(Object.keys(operationsOf(contract)).sort());
  });

  it.each(Object.keys(operationsOf(contract)))('is what the contract says of %s', (name) => {
    expect(firstDifference(operationsOf(contract)[name], operationsOf(nest)[name], name)).toBeUndefined();
  });
});

describe('the comparison', () => {
  const altered = (alter: (document: any) => void) => {
    const document = structuredClone(contract);
    alter(document);
    return firstDifference(operationsOf(document), operationsOf(nest));
  };

  it('finds nothing where nothing was altered', () => expect(altered(() => undefined)).toBeUndefined());

  it.each<[string, (document: any) => void, RegExp]>([
    ['a bound of a shape', ({ components }) => (components.schemas.Nickname.maxLength = 33), /maxLength.*33.*32/],
    ['a pattern', ({ components }) => (components.schemas.RoomName.pattern = '^.$'), /pattern/],
    ['a format', ({ components }) => (components.schemas.MessageId.format = 'uri'), /format/],
    [
      'a type',
      ({ components }) => (components.schemas.SendAnswer.properties.duplicate.type = 'string'),
      /duplicate › type/,
    ],
    [
      'a required member',
      ({ components }) => components.schemas.SendRequest.required.push('id'),
      /requestBody.*required/,
    ],
    ['a new member', ({ components }) => (components.schemas.User.properties.age = { type: 'integer' }), /age/],
    ['a code', ({ components }) => components.schemas.ProblemCode.enum.pop(), /code › enum/],
    [
      'a default',
      ({ paths }) => (paths['/api/chat/messages'].get.parameters[2].schema.default = 51),
      /default.*51.*50/,
    ],
    [
      'the bound of a list',
      ({ components }) => delete components.schemas.MessagePage.properties.messages.maxItems,
      /maxItems/,
    ],
    ['the items of a list', ({ components }) => (components.schemas.Users.items = { type: 'string' }), /items/],
    ['a status', ({ paths }) => delete paths['/api/chat/join'].post.responses['503'], /join › responses › 503/],
    ['a media type', ({ components }) => (components.responses.TooLarge.content = {}), /413.*problem/],
    ['the need of a token', ({ paths }) => (paths['/api/chat/leave'].post.security = [{}]), /leave › security/],
    [
      'the need of a body',
      ({ paths }) => (paths['/api/chat/leave'].post.requestBody.required = true),
      /requestBody › required/,
    ],
    ['an operation id', ({ paths }) => (paths['/metrics'].get.operationId = 'metrics'), /operationId/],
    ['a summary', ({ paths }) => (paths['/metrics'].get.summary = 'Figures'), /summary/],
    ['a tag', ({ paths }) => (paths['/metrics'].get.tags = []), /tags/],
    ['a parameter', ({ components }) => (components.parameters.Since.name = 'from'), /parameters › query/],
    ['a path', ({ paths }) => delete paths['/health/live'], /GET \/health\/live/],
  ])('finds %s that was altered', (_name, alter, difference) => expect(altered(alter)).toMatch(difference));
});
