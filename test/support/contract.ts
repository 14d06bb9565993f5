import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

/** The contract as it was written. */
export const contract = parse(readFileSync('openapi/chat.openapi.yaml', 'utf8'), { merge: true });

export interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: string }[];
  /** The schema of its body, if it takes one. */
  body?: string;
  token: 'needed' | 'welcome' | 'ignored';
}

/** All that can be called, so that a table of calls can be held against it. */
export const operations: Operation[] = Object.entries<any>(contract.paths).flatMap(([path, methods]) =>
  Object.entries<any>(methods).map(([method, { parameters = [], requestBody, security = [{}] }]) => {
    const body = requestBody?.content['application/json'].schema.$ref.split('/').at(-1);
    const bearer = security.some((way: object) => 'bearer' in way);
    return {
      method: method.toUpperCase(),
      path,
      parameters: parameters.map((parameter: any) =>
        parameter.$ref ? contract.components.parameters[parameter.$ref.split('/').at(-1)] : parameter,
      ),
      ...(body && { body }),
      token: bearer ? (security.length === 1 ? 'needed' : 'welcome') : 'ignored',
    };
  }),
);

/** The schemas of all that a client says, by their names: those that may have no member but their own. */
export const inputs: string[] = Object.entries<any>(contract.components.schemas)
  .filter(([, schema]) => schema.additionalProperties === false)
  .map(([name]) => name);

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

/** The same for a schema of another document, which may leave members open. */
export function expectWithin(schemas: object, name: string, value: unknown): void {
  const id = `within ${name}`;
  const validate =
    ajv.getSchema(id) ?? ajv.compile({ $id: id, $ref: `#/components/schemas/${name}`, components: { schemas } });
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
