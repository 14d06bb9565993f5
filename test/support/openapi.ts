type Json = unknown;
type Members = Record<string, Json>;

export interface Document {
  paths: Record<string, Record<string, Members>>;
  components?: Members;
}

/** What is for a person to read, and what Nest cannot say. */
const LEFT_OUT = new Set(['description', 'examples', 'example', 'headers', 'additionalProperties']);

const isMembers = (value: Json): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every operation by its method and path, in a form in which two documents that mean the same are the same. */
export function operationsOf(document: Document): Members {
  const operations: Members = {};
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      operations[`${method.toUpperCase()} ${path}`] = plainOperation(resolve(operation, document) as Members);
    }
  }
  return operations;
}

/** The first thing that is not the same, by its place; `undefined` when there is none. */
export function firstDifference(expected: Json, actual: Json, place = ''): string | undefined {
  if (isMembers(expected) && isMembers(actual)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
    for (const name of names) {
      const difference = firstDifference(expected[name], actual[name], `${place} › ${name}`);
      if (difference) return difference;
    }
    return undefined;
  }
  const [contract, nest] = [JSON.stringify(expected), JSON.stringify(actual)];
  return contract === nest ? undefined : `${place}: the contract says ${contract}, Nest says ${nest}`;
}

/** References followed, and what is left out gone. A reference may have neighbours, which win. */
function resolve(value: Json, document: Document, inProperties = false): Json {
  if (Array.isArray(value)) return value.map((item) => resolve(item, document));
  if (!isMembers(value)) return value;
  const { $ref, allOf, ...rest } = value;
  const parts = [...(typeof $ref === 'string' ? [at($ref, document)] : []), ...((allOf ?? []) as Json[])];
  const kept = Object.entries(rest).filter(([name]) => inProperties || !LEFT_OUT.has(name));
  return Object.assign(
    {},
    ...parts.map((part) => resolve(part, document)),
    Object.fromEntries(kept.map(([name, member]) => [name, resolve(member, document, name === 'properties')])),
  );
}

function at(reference: string, document: Document): Json {
  const names = reference.replace(/^#\//, '').split('/');
  const found = names.reduce<Json>((value, name) => (isMembers(value) ? value[name] : undefined), document);
  if (found === undefined) throw new Error(`nothing is at ${reference}`);
  return found;
}

function plainOperation({ parameters = [], requestBody, responses, security = [{}], ...rest }: Members): Members {
  const byPlace = (parameters as Members[]).map(({ name, in: place, required = false, schema }) => {
    return [`${String(place)} ${String(name).toLowerCase()}`, { required, schema: plainSchema(schema) }];
  });
  return {
    ...rest,
    parameters: Object.fromEntries(byPlace),
    requestBody: isMembers(requestBody) ? { required: false, ...plainContent(requestBody) } : undefined,
    responses: Object.fromEntries(
      Object.entries(responses as Members).map(([status, answer]) => [status, plainContent(answer as Members)]),
    ),
    security: (security as Members[]).map((way) => Object.keys(way).join(' and ') || 'nobody').sort(),
  };
}

function plainContent({ content, ...rest }: Members): Members {
  const media = Object.entries((content ?? {}) as Record<string, Members>);
  return { ...rest, content: Object.fromEntries(media.map(([type, { schema }]) => [type, plainSchema(schema)])) };
}

/** `required` is a set, so its order says nothing. */
function plainSchema(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(plainSchema);
  if (!isMembers(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => {
      const isSet = name === 'required' && Array.isArray(value);
      return [name, isSet ? [...(value as string[])].sort() : plainSchema(value)];
    }),
  );
}
