import type { Clock } from '../../domain/clock.js';
import type { User } from '../../domain/event.js';
import type { Moved } from '../neighbours.js';

/** Somebody at another process: milliseconds for which they stay without it, -1 for one who is gone. */
export type Change = [userId: string, stays: number, nickname: string];

interface Neighbour {
  /** Of what it said of its people last. */
  version: string;
  /** By userId; `until` is when somebody goes if the process says nothing more, of the monotonic clock. */
  people: Map<string, { user: User; until: number }>;
  /** Its lease has ended: it is there no more, or cannot be heard. */
  gone: boolean;
}

/** Who is in one room at other processes, as far as it was heard. */
export class PeopleElsewhere {
  readonly #nodes = new Map<string, Neighbour>();

  constructor(private readonly clock: Clock) {}

  knows(node: string, version: string): boolean {
    const known = this.#nodes.get(node);
    return known?.version === version && !known.gone;
  }

  /** All who are there. */
  hear(node: string, version: string, people: Change[]): void {
    const neighbour = { version, people: new Map(), gone: false };
    this.#nodes.set(node, neighbour);
    this.#apply(neighbour, people);
  }

  /** Who came and went by what has changed there; nothing if something before it was not heard. */
  change(node: string, before: string, version: string, changes: Change[]): Moved | undefined {
    const neighbour = this.#nodes.get(node);
    if (!neighbour || !this.knows(node, before)) return undefined;
    neighbour.version = version;
    const left = changes.flatMap(([userId]) => neighbour.people.get(userId)?.user ?? []);
    this.#apply(neighbour, changes);
    const joined = changes.flatMap(([userId]) => neighbour.people.get(userId)?.user ?? []);
    return { joined, left: left.filter(({ userId }) => !this.#has(userId)) };
  }

  /** The processes that were known and are not among these. */
  without(nodes: Set<string>): string[] {
    return [...this.#nodes].filter(([node, { gone }]) => !gone && !nodes.has(node)).map(([node]) => node);
  }

  /** Its lease has ended: nobody is there any more but those who were heard not long ago. */
  lapse(node: string, people: Change[]): void {
    const neighbour = { version: '', people: new Map(), gone: true };
    this.#nodes.set(node, neighbour);
    this.#apply(neighbour, people);
  }

  /** Whether somebody's time runs out with no further word. */
  get fades(): boolean {
    return [...this.#nodes.values()].some(({ gone }) => gone);
  }

  users(): User[] {
    const now = this.clock.now();
    const users = new Map<string, User>();
    for (const [node, { people, gone }] of this.#nodes) {
      for (const [userId, { user, until }] of people) {
        if (gone && until <= now) people.delete(userId);
        else users.set(userId, user);
      }
      if (gone && people.size === 0) this.#nodes.delete(node);
    }
    return [...users.values()];
  }

  #has(userId: string): boolean {
    return [...this.#nodes.values()].some(({ people }) => people.has(userId));
  }

  #apply({ people }: Neighbour, changes: Change[]): void {
    for (const [userId, stays, nickname] of changes) {
      if (stays < 0) people.delete(userId);
      else people.set(userId, { user: { userId, nickname }, until: this.clock.now() + stays });
    }
  }
}
