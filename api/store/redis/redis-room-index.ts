import type { KeptRoom } from '../log-store.js';
import type { IndexedRoom, RoomIndex } from '../room-index.js';
import { timeOf } from './followed-log.js';
import type { Keys } from './keys.js';
import type { RedisLink } from './redis-link.js';
import { ADD_ROOM, DROP_IDLE, KEEP_ROOMS, NOW } from './scripts.js';

/** How long what a process said of who is online holds, in milliseconds; it says so again far sooner. */
const SERVED = 15_000;

/** The names of the rooms in one hash, with their titles; everything else about a room lies in the room's own slot. */
export class RedisRoomIndex implements RoomIndex {
  constructor(
    private readonly link: RedisLink,
    private readonly keys: Keys,
  ) {}

  async find(name: string): Promise<Pick<KeptRoom, 'name' | 'title'> | undefined> {
    const { rooms } = this.keys;
    const title = (await this.link.send(rooms, 'HGET', rooms, name)) as string | null;
    return title === null ? undefined : { name, title };
  }

  async add({ name, title }: Pick<KeptRoom, 'name' | 'title'>, limit: number): Promise<'added' | 'exists' | 'full'> {
    const most = Math.min(limit, Number.MAX_SAFE_INTEGER);
    return (await this.link.run(ADD_ROOM, [this.keys.rooms], [most, name, title])) as 'added' | 'exists' | 'full';
  }

  async keep(open: Pick<KeptRoom, 'name' | 'title'>[]): Promise<void> {
    if (open.length === 0) return;
    await this.link.run(
      KEEP_ROOMS,
      [this.keys.rooms],
      open.flatMap(({ name, title }) => [name, title]),
    );
  }

  async list(): Promise<IndexedRoom[]> {
    const { rooms } = this.keys;
    const [titles, now] = await Promise.all([
      this.link.send(rooms, 'HGETALL', rooms) as Promise<Record<string, string>>,
      this.#now(),
    ]);
    const found = await Promise.all(
      // Those on a master of a cluster that is lost are left out.
      Object.entries(titles).map(([name, title]) => this.#describe(name, title, now).catch(() => undefined)),
    );
    return found.filter((room) => room !== undefined);
  }

  async dropIdle(name: string, ms: number): Promise<boolean> {
    const { meta, nodes, log, ids, order, marks, readers } = this.keys.room(name);
    if ((await this.link.run(DROP_IDLE, [meta, nodes, log, ids, order, marks, readers], [ms])) !== 1) return false;
    await this.link.send(this.keys.rooms, 'HDEL', this.keys.rooms, name);
    return true;
  }

  /** Redis' own time, by which it stamps: milliseconds since 1970. */
  async #now(): Promise<number> {
    const [seconds, microseconds] = (await this.link.run(NOW, [this.keys.rooms], [])) as [string, string];
    return Number(seconds) * 1000 + Number(microseconds) / 1000;
  }

  /** A room that nobody has opened yet has nothing to tell. */
  async #describe(name: string, title: string, now: number): Promise<IndexedRoom | undefined> {
    const { meta } = this.keys.room(name);
    const state = await this.link.send(meta, 'HMGET', meta, 'epoch', 'seq', 'at', 'online', 'served');
    const [epoch, seq, at, online, served] = state as (string | null)[];
    if (epoch == null || at == null) return undefined;
    const isServed = Number(served) > now - SERVED;
    return { name, title, epoch, seq: Number(seq), activeAt: timeOf(at), online: isServed ? Number(online) : 0 };
  }
}
