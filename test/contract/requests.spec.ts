import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import {
  ConnectAuth,
  CreateRoomRequest,
  JoinRequest,
  ReadCommand,
  ReadRequest,
  RoomRequest,
  SendCommand,
  SendRequest,
  TypingCommand,
  TypingRequest,
} from '../../api/chat/dto/requests.js';
import { Refusal } from '../../api/domain/problem.js';
import { InputPipe } from '../../api/edge/validation.pipe.js';
import { contract, expectSchema, inputs } from '../support/contract.js';
import { uuid } from '../support/events.js';
import { randomFrom } from '../support/random.js';

const CLOSED = {
  CreateRoomRequest,
  JoinRequest,
  ReadCommand,
  ReadRequest,
  RoomRequest,
  SendCommand,
  SendRequest,
  TypingCommand,
  TypingRequest,
};
const REQUESTS = { ...CLOSED, ConnectAuth };
type Name = keyof typeof REQUESTS;

const VALID: Record<string, unknown> = {
  nickname: 'Ann',
  room: 'lobby',
  text: 'hello',
  id: uuid(1),
  token: 'a.b.c',
  since: 'a:0',
  name: 'tea',
  title: 'Tea at four',
  typing: true,
  seq: 1,
};
const POINTS = [
  'a',
  'Z',
  '0',
  '9',
  '-',
  '_',
  ':',
  '.',
  ' ',
  '\t',
  '\n',
  '\r',
  '\v',
  '\f',
  '\0',
  '\x1F',
  '\x7F',
  '\x9F',
  '\xA0',
  'é',
  '\u200B',
  '\u2028',
  '\u3000',
  '\uFEFF',
  '\u{1F600}',
];
const OTHERS = [null, true, false, 0, 1, -1, 1.5, 2 ** 53 - 1, 2 ** 53, 1e300, [], ['lobby'], {}, { a: 1 }];

/** Strings about the edges of what the shape allows. */
function strings(
  { minLength = 0, maxLength = 64 }: { minLength?: number; maxLength?: number },
  valid: string,
): string[] {
  const lengths = [
    0,
    1,
    minLength - 1,
    minLength,
    minLength + 1,
    maxLength - 1,
    maxLength,
    maxLength + 1,
    2 * maxLength + 1,
  ];
  const long = lengths
    .filter((length) => length >= 0)
    .flatMap((length) => ['a', '0', '\u{1F600}', ' '].map((point) => point.repeat(length)));
  const changed = POINTS.flatMap((point) => [
    point,
    point + valid,
    valid + point,
    valid.slice(0, 2) + point + valid.slice(3),
    point + point + valid,
    ' '.repeat(3) + point,
  ]);
  const cursors = [
    'a:1',
    'a:01',
    'a:-1',
    'a:',
    ':1',
    'a:1:1',
    `a:${'9'.repeat(15)}`,
    `a:${'9'.repeat(16)}`,
    `${'a'.repeat(65)}:1`,
  ];
  return [...long, ...changed, ...cursors, valid.toUpperCase(), '-lobby', 'lobby-', 'lob--by', 'lob_by'];
}

function allowedByContract(name: Name, value: unknown): boolean {
  try {
    expectSchema(name, value);
    return true;
  } catch {
    return false;
  }
}

async function allowedByApi(name: Name, value: unknown): Promise<boolean> {
  try {
    await new InputPipe().transform(value, { type: 'body', metatype: REQUESTS[name] });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'validation-failed') return false;
    throw error;
  }
}

async function differing(name: Name, values: unknown[]) {
  const verdicts = await Promise.all(
    values.map(async (value) => ({
      value,
      contract: allowedByContract(name, value),
      api: await allowedByApi(name, value),
    })),
  );
  return {
    differing: verdicts.filter(({ contract, api }) => contract !== api),
    allowed: verdicts.filter(({ api }) => api).length,
  };
}

const membersOf = (name: Name) => Object.keys(contract.components.schemas[name].properties);
const wholeOf = (name: Name) => Object.fromEntries(membersOf(name).map((member) => [member, VALID[member]]));

function shapeOf(name: Name, member: string) {
  const { $ref, ...shape } = contract.components.schemas[name].properties[member];
  return $ref ? contract.components.schemas[$ref.split('/').at(-1)] : shape;
}

describe.each(Object.keys(REQUESTS) as Name[])('the validation of %s agrees with the contract', (name) => {
  it.each(membersOf(name))('on %s, at and over each bound', async (member) => {
    const values = [...strings(shapeOf(name, member), String(VALID[member])), ...OTHERS].map((value) => ({
      ...wholeOf(name),
      [member]: value,
    }));
    const verdict = await differing(name, values);
    expect(verdict.differing).toEqual([]);
    expect(verdict.allowed).toBeGreaterThan(0);
    expect(verdict.allowed).toBeLessThan(values.length);
  });

  it('on members that are missing', async () => {
    const whole = Object.entries(wholeOf(name));
    const subsets = Array.from({ length: 2 ** whole.length }, (_, bits) =>
      Object.fromEntries(whole.filter((_member, at) => bits & (1 << at))),
    );
    expect((await differing(name, subsets)).differing).toEqual([]);
  });

  it('on strings that nobody thought of', async () => {
    const { below, pick } = randomFrom(8266);
    const values = Array.from({ length: 2_000 }, () => {
      const text = Array.from({ length: below(6) }, () => pick(POINTS)).join('');
      return { ...wholeOf(name), [pick(membersOf(name))]: text };
    });
    expect((await differing(name, values)).differing).toEqual([]);
  });
});

describe('members that the contract does not name', () => {
  it('are tried in all that a client may say', () => expect(Object.keys(CLOSED)).toEqual(inputs.sort()));

  it.each(Object.keys(CLOSED) as Name[])('are refused in %s', async (name) => {
    const unknown = ['other', 'Text', 'toString', 'constructor', 'hasOwnProperty', '__proto__', 'prototype', ''];
    const values = unknown.map((member) =>
      JSON.parse(JSON.stringify(wholeOf(name)).replace('{', `{${JSON.stringify(member)}:"x",`)),
    );
    const verdict = await differing(name, values);
    expect(verdict).toEqual({ differing: [], allowed: 0 });
  });
});
