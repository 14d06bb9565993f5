import type { ServerEvents, ServerPayload } from '../../openapi/events.js';
import type { User } from '../domain/event.js';

/** What all listeners of a room are told alike. */
export type RoomBroadcast = {
  [Name in Exclude<keyof ServerEvents, 'room:joined'>]: { name: Name; payload: ServerPayload<Name> };
}[Exclude<keyof ServerEvents, 'room:joined'>];

/** So many who are typing are told; nobody reads more names. */
export const TYPISTS = 20;

type PresenceChange = ServerPayload<'presence:changed'>;

/**
 * What a room's listeners are told at one time, in order. All who are told alike are given the same object,
 * so that a door can encode it once for all.
 */
export class Batch {
  readonly #personal?: Map<string | undefined, Batch>;

  constructor(readonly broadcasts: readonly RoomBroadcast[]) {
    if (broadcasts.some(({ name }) => name === 'typing:changed')) this.#personal = new Map();
  }

  /** Everyone is told alike but those who are typing, who are not told of themselves. */
  for(userId?: string): Batch {
    if (!this.#personal) return this;
    const key = this.#isTyping(userId) ? userId : undefined;
    let batch = this.#personal.get(key);
    if (!batch) this.#personal.set(key, (batch = new OwnBatch(this.broadcasts.map((one) => without(one, key)))));
    return batch;
  }

  #isTyping(userId?: string): boolean {
    return this.broadcasts.some(
      ({ name, payload }) => name === 'typing:changed' && payload.users.some((user) => user.userId === userId),
    );
  }
}

/** Is somebody's already. */
class OwnBatch extends Batch {
  override for(): Batch {
    return this;
  }
}

function without(broadcast: RoomBroadcast, userId?: string): RoomBroadcast {
  if (broadcast.name !== 'typing:changed') return broadcast;
  const others = broadcast.payload.users.filter((user) => user.userId !== userId);
  return { name: broadcast.name, payload: { users: others.slice(0, TYPISTS) } };
}

/** The same in fewer words: what follows on another of its kind becomes one with it. */
export function gather(broadcasts: readonly RoomBroadcast[]): RoomBroadcast[] {
  if (broadcasts.length < 2) return [...broadcasts];
  const gathered: RoomBroadcast[] = [];
  for (let from = 0, to = 1; from < broadcasts.length; from = to++) {
    while (to < broadcasts.length && isOneWith(broadcasts[from]!, broadcasts[to]!)) to++;
    const one = asOne(broadcasts.slice(from, to));
    if (one) gathered.push(one);
  }
  return gathered;
}

function isOneWith(one: RoomBroadcast, next: RoomBroadcast): boolean {
  if (one.name === 'room:events' && next.name === 'room:events') return one.payload.epoch === next.payload.epoch;
  return one.name === 'presence:changed' && next.name === 'presence:changed';
}

function asOne(alike: RoomBroadcast[]): RoomBroadcast | undefined {
  const [first] = alike;
  if (alike.length === 1) return first;
  if (first!.name === 'room:events') {
    const events = alike.flatMap(({ payload }) => (payload as ServerPayload<'room:events'>).events);
    return { name: first!.name, payload: { epoch: first!.payload.epoch, events } };
  }
  const payload = netChange(alike.map(({ payload }) => payload as PresenceChange));
  return payload && { name: 'presence:changed', payload };
}

/** Whoever came and went meanwhile did neither. */
function netChange(changes: PresenceChange[]): PresenceChange | undefined {
  const { online } = changes.at(-1)!;
  // Much the quicker when a crowd comes at once, each to be told of those behind.
  if (changes.every((change) => change.left.length === 0)) {
    const joined: User[] = [];
    for (const change of changes) joined.push(...change.joined);
    return { online, joined, left: [] };
  }
  const joined = new Map<string, User>();
  const left = new Map<string, User>();
  for (const change of changes) {
    for (const user of change.joined) if (!left.delete(user.userId)) joined.set(user.userId, user);
    for (const user of change.left) if (!joined.delete(user.userId)) left.set(user.userId, user);
  }
  if (joined.size === 0 && left.size === 0) return undefined;
  return { online, joined: [...joined.values()], left: [...left.values()] };
}
