import { describe, expect, it } from '@jest/globals';
import { contract } from '../support/contract.js';

/** Where the schemas within this one need a name of their own, or generators invent one. */
function nameless(schema: any, path: string): string[] {
  const parts = { ...schema.properties, ...(schema.items && { '[]': schema.items }) };
  return Object.entries<any>(parts).flatMap(([name, part]) => [
    ...(part.properties || part.enum || part.type === 'object' ? [`${path}.${name}`] : []),
    ...nameless(part, `${path}.${name}`),
  ]);
}

describe('generators of clients find in the contract', () => {
  it('a name for every object and every enumeration', () => {
    const schemas = Object.entries<any>(contract.components.schemas);
    expect(schemas.flatMap(([name, schema]) => nameless(schema, name))).toEqual([]);
  });

  it('a named schema as the body of every request and of every answer in JSON', () => {
    const bodies = [...Object.values<any>(contract.paths).flatMap((path) => Object.values<any>(path))].flatMap(
      ({ requestBody, responses }) => [requestBody, ...Object.values<any>(responses)],
    );
    const contents = [...bodies, ...Object.values<any>(contract.components.responses)].flatMap((body) =>
      Object.entries<any>(body?.content ?? {}),
    );
    const inline = contents.filter(([type, { schema }]) => /json$/.test(type) && !schema.$ref);
    expect(contents.length).toBeGreaterThan(0);
    expect(inline).toEqual([]);
  });

  it('no name twice, for some make a type of every component', () => {
    const { securitySchemes: _none, ...kinds } = contract.components;
    const names = Object.values<any>(kinds).flatMap((kind) => Object.keys(kind));
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});
