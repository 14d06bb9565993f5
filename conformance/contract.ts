import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

interface Answered {
  $ref?: string;
  content?: Record<string, { schema: { $ref?: string } }>;
}
interface Contract {
  info: { version: string };
  paths: Record<string, Record<string, { responses: Record<string, Answered> }>>;
  components: { schemas: object; responses: Record<string, Answered> };
}

const FILE = new URL('../openapi/chat.openapi.yaml', import.meta.url);

export const contract = parse(readFileSync(FILE, 'utf8'), { merge: true }) as Contract;

// A server may say more than the contract does, so members that it does not name are let pass.
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema({ $id: 'contract', components: { schemas: contract.components.schemas } });

const lastPart = (ref: string): string => ref.split('/').at(-1)!;

/** Throws unless the value is what the contract's schema of that name says. */
export function isA(name: string, value: unknown): void {
  const validate = ajv.getSchema(`contract#/components/schemas/${name}`);
  if (!validate) throw new Error(`the contract has no schema ${name}`);
  assert.ok(
    validate(value),
    `no ${name}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`.slice(0, 500),
  );
}

/** Throws unless the contract declares that answer to that call, with such a body. */
export function isAnswer(method: string, path: string, status: number, type: string, body: unknown): void {
  const call = `${method} ${path}`;
  const operation = contract.paths[path]?.[method.toLowerCase()];
  if (!operation) return isA('Problem', body);
  const declared = operation.responses[status];
  assert.ok(declared, `${call} answered ${status}, which the contract does not declare`);
  const answer = declared.$ref ? contract.components.responses[lastPart(declared.$ref)]! : declared;
  if (!answer.content) return assert.equal(body, '', `${call} answered ${status} with a body`);
  const content = answer.content[type];
  assert.ok(content, `${call} answered ${status} as ${type || 'nothing'}`);
  if (content.schema.$ref) isA(lastPart(content.schema.$ref), body);
}
