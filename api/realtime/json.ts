/** People, messages and events do not change: each is written once, for everyone who is told of it. */
const written = new WeakMap<object, string>();

/**
 * A payload in JSON. When a crowd comes at once, writing the same people again and again would be most of
 * what there is to do.
 */
export function encodePayload(payload: object): string {
  const members = Object.entries(payload).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return [];
    return `"${name}":${Array.isArray(value) ? `[${writeList(value as object[])}]` : JSON.stringify(value)}`;
  });
  return `{${members.join()}}`;
}

/** The members of a list, which do not change. */
export function writeList(list: readonly object[]): string {
  return list.map(writeOnce).join();
}

function writeOnce(thing: object): string {
  let json = written.get(thing);
  if (json === undefined) written.set(thing, (json = JSON.stringify(thing)));
  return json;
}
