import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import type { Contract } from './call.ts';

const FILE = new URL('../openapi/chat.openapi.yaml', import.meta.url);

export const contract = parse(readFileSync(FILE, 'utf8'), { merge: true }) as Contract;

// A server may say more than the contract does, so members that it does not name are let pass.
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema({ $id: 'contract', components: { schemas: contract.components.schemas } });

/** Throws unless the value is what the contract's schema of that name says. */
export function isA(name: string, value: unknown): void {
  const validate = ajv.getSchema(`contract#/components/schemas/${name}`);
  if (!validate) throw new Error(`the contract has no schema ${name}`);
  assert.ok(
    validate(value),
    `no ${name}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`.slice(0, 500),
  );
}
