import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

/** The contract as it was written. */
export const contract = parse(readFileSync('openapi/chat.openapi.yaml', 'utf8'), { merge: true });

const ajv = new Ajv2020({ strict: true, allErrors: true, strictTypes: false, strictRequired: false });
addFormats.default(ajv);
ajv.addFormat('int32', true);
ajv.addFormat('int64', true);
for (const keyword of ['example', 'components']) {
  ajv.addKeyword({ keyword });
}
ajv.addSchema({ $id: 'contract', components: { schemas: closed(contract.components.schemas) } });

/** Throws unless the value is what the contract's schema of that name says, with nothing more in it. */
export function expectSchema(name: string, value: unknown): void {
  const ref = `contract#/components/schemas/${name}`;
  const id = `whole ${name}`;
  const validate = ajv.getSchema(id) ?? ajv.compile({ $id: id, $ref: ref, unevaluatedProperties: false });
  if (contract.components.schemas[name] === undefined) throw new Error(`the contract has no schema ${name}`);
  if (!validate(value)) throw new Error(`not a ${name}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value)}`);
}

/** An answer may have members that the contract does not name; ours may not. */
function closed(schemas: Record<string, Record<string, unknown>>) {
  const parts = new Set(JSON.stringify(Object.values(schemas).map(({ allOf }) => allOf)).match(/(?<=schemas\/)\w+/g));
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const open = schema['type'] !== 'object' || parts.has(name) || !schema['properties'];
      return [name, open ? schema : { unevaluatedProperties: false, ...schema }];
    }),
  );
}
