import { writeList } from './json.js';

interface Written {
  list: readonly object[];
  bytes: Buffer;
  /** Where each thing ends in the bytes. What follows the last one is free. */
  ends: number[];
}

/**
 * A list in JSON, its brackets left out, which is mostly the last one or that with more at its end. All who
 * are told of it share its bytes, and only what was added is written. They are kept for as long as a crowd
 * comes: until the garbage is collected.
 */
export class WrittenList {
  #last?: WeakRef<Written>;

  of(list: readonly object[]): Buffer {
    let last = this.#last?.deref();
    if (!last || list.length < last.list.length || !holds(list, last.list, 0)) {
      last = { list: [], bytes: Buffer.alloc(0), ends: [] };
      this.#last = new WeakRef(last);
    }
    if (list.length > last.list.length) append(last, list);
    return last.bytes.subarray(0, last.ends.at(-1));
  }

  /** What is the end of the last list shares its bytes too. */
  endOf(list: readonly object[]): Buffer {
    const last = this.#last?.deref();
    const start = last ? last.list.length - list.length : -1;
    if (!last || start < 0 || !holds(last.list, list, start)) return Buffer.from(writeList(list));
    // After the comma.
    return last.bytes.subarray(start === 0 ? 0 : last.ends[start - 1]! + 1, last.ends.at(-1));
  }
}

/** What was handed out may still be on its way, and is not written over. */
function append(last: Written, list: readonly object[]): void {
  const added = list.slice(last.list.length).map((thing) => Buffer.from(writeList([thing])));
  const from = last.ends.at(-1) ?? 0;
  const size = added.reduce((sum, { length }) => sum + 1 + length, from);
  if (size > last.bytes.length) {
    const longer = Buffer.allocUnsafeSlow(from === 0 ? size : size * 2);
    last.bytes.copy(longer, 0, 0, from);
    last.bytes = longer;
  }
  for (const bytes of added) {
    const start = last.ends.length === 0 ? 0 : last.bytes.writeUInt8(COMMA, last.ends.at(-1));
    last.ends.push(start + bytes.copy(last.bytes, start));
  }
  last.list = list;
}

const COMMA = 0x2c;

/** Whether the things of `part` stand in `list` from there on; a loop, for it may be thousands for each who comes. */
function holds(list: readonly object[], part: readonly object[], from: number): boolean {
  for (let index = 0; index < part.length; index++) if (list[from + index] !== part[index]) return false;
  return true;
}
