/**
 * The names of what lies in Redis. What belongs to a room has the room in braces, which is all that Redis
 * Cluster looks at when it chooses a slot; so a script can use all of it.
 */
export class Keys {
  constructor(private readonly prefix: string) {}

  readonly room = (room: string) => {
    const part = (name: string) => `${this.prefix}:{${room}}:${name}`;
    return {
      meta: part('meta'),
      log: part('log'),
      ids: part('ids'),
      order: part('order'),
      marks: part('marks'),
      readers: part('readers'),
      /** Processes that serve the room, by the end of their leases. */
      nodes: part('nodes'),
      /** Who is in the room at one of them. */
      people: (node: string) => part(`people:${node}`),
      /** A channel: there is something to read in the log. */
      bell: part('bell'),
      /** A channel: what is true for the moment only. */
      talk: part('talk'),
    };
  };

  get rooms(): string {
    return `${this.prefix}:rooms`;
  }

  get secret(): string {
    return `${this.prefix}:secret`;
  }

  get probe(): string {
    return `${this.prefix}:probe`;
  }

  get limits(): string {
    return `${this.prefix}:limit`;
  }

  nickname(key: string): string {
    return `${this.prefix}:name:${key}`;
  }
}
