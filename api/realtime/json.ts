/** People, messages and events do not change: each is written once, for everyone who is told of it. */
const written = new WeakMap<object, string>();

/** What writes the lists of a payload, whose members are things that do not change. */
export type ListWriter = (list: readonly object[], name: string) => string;

const writeList: ListWriter = (list) => list.map(writeOnce).join();

/**
 * A payload in JSON. When a crowd comes at once, writing the same people again and again would be most of
 * what there is to do.
 */
export function encodePayload(payload: object, write = writeList): string {
  const members = Object.entries(payload).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return [];
    return `"${name}":${Array.isArray(value) ? `[${write(value as object[], name)}]` : JSON.stringify(value)}`;
  });
  return `{${members.join()}}`;
}

/** Writes lists by one name, of which the next is mostly the last one with some more at its end. */
export function growingLists(grown: string): ListWriter {
  let last: readonly object[] = [];
  let json = '';
  return (list, name) => {
    if (name !== grown) return writeList(list, name);
    const isLonger =
      last.length > 0 && last.length <= list.length && last.every((thing, index) => thing === list[index]);
    if (!isLonger) json = writeList(list, name);
    else if (list.length > last.length) json += `,${writeList(list.slice(last.length), name)}`;
    last = list;
    return json;
  };
}

function writeOnce(thing: object): string {
  let json = written.get(thing);
  if (json === undefined) written.set(thing, (json = JSON.stringify(thing)));
  return json;
}
