import fc from 'fast-check';
import type { Schema } from '../../api/edge/asyncapi.js';
import { contract } from './contract.js';

const schemas: Record<string, Schema> = contract.components.schemas;

/** Values as the schema describes them. */
export function valid(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.$ref) return valid(schemas[schema.$ref.split('/').at(-1)!]!);
  switch (schema.type) {
    case 'object': {
      const { properties = {}, required = [] } = schema;
      const members = Object.entries(properties).map(([name, member]): [string, fc.Arbitrary<unknown>] => [
        name,
        valid(member),
      ]);
      return fc.record(Object.fromEntries(members), {
        requiredKeys: required,
      });
    }
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum!, max: schema.maximum! });
    case 'string':
      return text(schema);
    default:
      throw new Error(`no values are made of ${JSON.stringify(schema)}`);
  }
}

const CHARACTER = fc
  .oneof(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point))
  .filter((character) => character.isWellFormed());

function text({ pattern, minLength = 0, maxLength = 64 }: Schema): fc.Arbitrary<string> {
  const isWhole = pattern && new RegExp(pattern, 'u');
  const fits = (value: string) => {
    const { length } = [...value];
    return length >= minLength && length <= maxLength && (!isWhole || isWhole.test(value));
  };
  // Only a pattern that is made of ranges can be written backwards; most strings fit the others.
  const isNarrow = pattern && !pattern.includes('[^');
  const any = () => fc.string({ unit: CHARACTER, minLength, maxLength: Math.min(maxLength, 30) });
  return (isNarrow ? fc.stringMatching(isWhole as RegExp) : any()).filter(fits);
}

const WRONG = fc.oneof(fc.jsonValue(), fc.constantFrom(null, '', -1, 0, 1.5, 2 ** 53, [], {}, '\ud800', '\0'));

/** Values that differ from those by a member: another value, one too few, one too many; or that are nothing like it. */
export function almost(schema: Schema): fc.Arbitrary<unknown> {
  const right = valid(schema) as fc.Arbitrary<Record<string, unknown>>;
  const member = fc.constantFrom(...Object.keys(schema.properties!));
  return fc.oneof(
    WRONG,
    fc.tuple(right, member, WRONG).map(([value, name, wrong]) => ({ ...value, [name]: wrong })),
    fc.tuple(right, member).map(([{ ...value }, name]) => (delete value[name], value)),
    fc
      .tuple(right, fc.string(), WRONG)
      .map(([value, name, wrong]) => Object.assign(Object.create(null), value, { [name]: wrong })),
  );
}
