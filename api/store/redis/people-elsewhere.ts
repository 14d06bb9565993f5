import type { Clock } from '../../domain/clock.js';
import type { User } from '../../domain/event.js';

interface Neighbour {
  /** Of what it said of its people last; another one has to be read. */
  version: string;
  /** By userId; `until` is when somebody goes if the process says nothing more, of the monotonic clock. */
  people: Map<string, { user: User; until: number }>;
  /** Its lease has ended: it is there no more, or cannot be heard. */
  gone: boolean;
}

/** What one process says of who is in a room there: a hash with userId and `<until>|<nickname>`. */
export type Said = Record<string, string>;

/** Who is in one room at other processes, as far as it was heard. */
export class PeopleElsewhere {
  readonly #nodes = new Map<string, Neighbour>();

  constructor(private readonly clock: Clock) {}

  knows(node: string, version: string): boolean {
    const known = this.#nodes.get(node);
    return known?.version === version && !known.gone;
  }

  hear(node: string, version: string, said: Said, redisNow: number): void {
    const people = new Map<string, { user: User; until: number }>();
    for (const [userId, text] of Object.entries(said)) {
      if (userId === '#') continue;
      const bar = text.indexOf('|');
      const until = Number(text.slice(0, bar)) - redisNow + this.clock.now();
      people.set(userId, { user: { userId, nickname: text.slice(bar + 1) }, until });
    }
    this.#nodes.set(node, { version, people, gone: false });
  }

  /** Those whose lease still runs; who was known and is not among them is gone, but for who was heard not long ago. */
  outlived(nodes: Set<string>): string[] {
    return [...this.#nodes].filter(([node, { gone }]) => !gone && !nodes.has(node)).map(([node]) => node);
  }

  lapse(node: string): void {
    const known = this.#nodes.get(node);
    if (known) known.gone = true;
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

  /** Whether somebody's time runs out with no further word. */
  get fading(): boolean {
    return [...this.#nodes.values()].some(({ gone }) => gone);
  }
}
