import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ChatGateway } from '../../api/chat/chat.gateway.js';
import { PROBLEM_CODES } from '../../api/domain/problem.js';
import { eventMaps } from '../../scripts/event-maps.mjs';
import { asyncapi, clientEvents, expectAck, expectEvent, expectMessage } from '../support/asyncapi.js';
import { contract } from '../support/contract.js';

const written = parse(readFileSync('openapi/chat.asyncapi.yaml', 'utf8'));
const messages = Object.entries(asyncapi.components.messages);

/** What the gateway handles, by Nest's own account. */
const handled = Object.getOwnPropertyNames(ChatGateway.prototype)
  .map((name) => (ChatGateway.prototype as unknown as Record<string, unknown>)[name])
  .map((method) => (typeof method === 'function' ? Reflect.getMetadata('message', method) : undefined))
  .filter(Boolean);

describe('the description of the events', () => {
  it('has the events that the gateway handles and no others', () => {
    expect(handled.sort()).toEqual([...clientEvents.keys()].sort());
  });

  it('has the version of the interface', () => expect(asyncapi.info.version).toBe(contract.info.version));

  it('repeats no schema of the OpenAPI document', () => {
    for (const [name, { allOf }] of Object.entries<any>(written.components.schemas)) {
      expect(contract.components.schemas[name]).toBeUndefined();
      expect(allOf[0].$ref).toMatch(/^\.\/chat\.openapi\.yaml#/);
    }
    for (const { payload } of Object.values<any>(written.components.messages))
      expect(Object.keys(payload)).toEqual(['$ref']);
  });

  it('is given away with all that it refers to', () => {
    const refs = [...JSON.stringify(asyncapi).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref!);
    expect(refs.length).toBeGreaterThan(50);
    for (const ref of refs) {
      const found = ref
        .split('/')
        .slice(1)
        .reduce<any>((value, name) => value?.[name], asyncapi);
      expect([ref, typeof found]).toEqual([ref, 'object']);
    }
  });

  it('knows only codes that there are', () => {
    const codes = [...JSON.stringify(written.components.schemas).matchAll(/"enum":(\[[^\]]*\])/g)].flatMap(([, list]) =>
      JSON.parse(list!),
    );
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !PROBLEM_CODES.includes(code))).toEqual([]);
  });

  it.each(messages)('has an example of %s that is one', (_name, message) => {
    expect(message.examples!.length).toBeGreaterThan(0);
    for (const { payload } of message.examples!) expectMessage(message, payload);
  });
});

describe('the typed event maps', () => {
  const maps = (alter: (document: any) => void) => {
    const document = structuredClone(written);
    alter(document);
    return eventMaps(document);
  };

  it('change with the name of an event, with what it carries and with how it is answered', () => {
    const now = maps(() => undefined);
    expect(now).toBe(readFileSync('openapi/generated/events.ts', 'utf8'));
    const changes: ((document: any) => void)[] = [
      ({ components }) => (components.messages.RoomPulse.name = 'room:beat'),
      ({ components }) => (components.messages.TypingSet.name = 'typing:put'),
      ({ components }) => (components.messages.RoomPulse.payload = components.messages.RoomEvents.payload),
      ({ components }) => (components.messages.ReadMark.payload = components.messages.TypingSet.payload),
      ({ components }) => (components.messages.MessageSendDone.payload = components.messages.TypingSetDone.payload),
      ({ operations }) => delete operations.tellReads,
      ({ operations }) => delete operations.markRead,
    ];
    for (const change of changes) expect(maps(change)).not.toBe(now);
  });
});

describe('what is held against it', () => {
  const done = (name: string) => asyncapi.components.messages[name]!.examples![0]!.payload as any;

  it('may not have another name', () => {
    expect(() => expectEvent('room:beat', {})).toThrow('no event of the contract');
  });

  it('may not carry anything else', () => {
    const pulse = done('RoomPulse');
    expect(() => expectEvent('room:pulse', pulse)).not.toThrow();
    expect(() => expectEvent('room:pulse', { ...pulse, more: 1 })).toThrow('not a RoomPulse');
    expect(() => expectEvent('room:events', pulse)).toThrow('not a RoomEvents');
  });

  it('may not be acknowledged in another way, nor refused with a code that is not its own', () => {
    expect(() => expectAck('message:send', done('MessageSendDone'))).not.toThrow();
    expect(() => expectAck('message:send', done('TypingSetDone'))).toThrow('not a SendAck');
    const refused = done('MessageSendRefused');
    expect(() => expectAck('message:send', refused)).not.toThrow();
    expect(() => expectAck('typing:set', refused)).toThrow('not a TypingRefused');
    expect(() => expectAck('nobody:knows', refused)).toThrow('id-conflict');
  });
});
