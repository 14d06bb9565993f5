import type { Clock } from '../domain/clock.js';
import type { Cursor } from '../domain/cursor.js';
import type { ChatEvent } from '../domain/event.js';
import { Refusal } from '../domain/problem.js';
import { RoomLog } from '../domain/room-log.js';
import type { RoomHub } from '../realtime/room-hub.js';
import type { LogStore, OpenedLog } from '../store/log-store.js';
import type { IndexedRoom, RoomIndex } from '../store/room-index.js';

export const LOBBY = 'lobby';

/** A room that is shared and that nobody here has to do with is let go of after this, in milliseconds. */
const UNUSED = 60_000;

export interface Room {
  name: string;
  title: string;
  log: RoomLog;
  /** When something last happened in it, or when it was made; ISO 8601 in UTC. */
  activeAt: string;
  /** Since when nobody is in it and nothing happens; of the monotonic clock. */
  idleSince: number;
}

export interface RoomBounds {
  rooms: number;
  historyLimit: number;
  /** Milliseconds. */
  roomIdle: number;
}

/** The rooms there are, each with its log as this process knows it. */
export class Rooms {
  readonly #rooms = new Map<string, Room>();
  readonly #opening = new Map<string, Promise<Room>>();
  readonly #closing = new Map<string, Promise<unknown>>();

  /** Messages since the process started. */
  kept = 0;

  /** A room is known here from when this is done. */
  onOpened: (room: string) => Promise<void> = async () => undefined;
  onClosed: (room: string) => Promise<void> = async () => undefined;

  /** @param index the rooms of all processes, where there are several; then only those in use are open here */
  constructor(
    private readonly clock: Clock,
    private readonly store: LogStore,
    private readonly hub: RoomHub,
    private readonly bounds: RoomBounds,
    private readonly index?: RoomIndex,
  ) {}

  /** Opens the lobby, and what an earlier process left. */
  async start(): Promise<void> {
    const lobby = { name: LOBBY, title: 'Lobby', activeAt: this.clock.date().toISOString() };
    await this.index?.add(lobby, Infinity);
    const kept = await this.store.rooms();
    if (!kept.some(({ name }) => name === LOBBY)) kept.push(lobby);
    for (const room of kept) await this.#open(room.name, room.title, room.activeAt);
  }

  /**
   * @throws Refusal `room-exists`, or `unavailable` when there are too many
   */
  async create(name: string, title: string): Promise<Room> {
    const answer = this.index ? await this.index.add({ name, title }, this.bounds.rooms) : this.#mayOpen(name);
    if (answer === 'exists') throw new Refusal('room-exists', `There is a room named ${name} already.`);
    if (answer === 'full') throw new Refusal('unavailable', 'There are as many rooms as this server takes.');
    return this.#open(name, title, this.clock.date().toISOString());
  }

  /**
   * The room, which is opened if it is open in another process only. Afterwards `get` has it.
   *
   * @param since a cursor that the room may have given in another process: the log here is brought up to it
   * @throws Refusal `room-not-found`, `unavailable`
   */
  async enter(name: string, since?: Cursor): Promise<Room> {
    const room = await this.#opened(name);
    // It may be let go of here only when nobody asks for it either; where it is kept that is no matter.
    if (this.index) this.#used(room);
    if (since && !room.log.has(since)) await this.store.catchUp(name);
    return room;
  }

  async #opened(name: string): Promise<Room> {
    const open = this.#rooms.get(name) ?? this.#opening.get(name);
    if (open) return open;
    const known = await this.index?.find(name);
    if (!known) throw new Refusal('room-not-found', `There is no room named ${name}.`);
    return this.#open(name, known.title, this.clock.date().toISOString());
  }

  /**
   * @throws Refusal `room-not-found`, also for one that nobody has entered here
   */
  get(name: string): Room {
    const room = this.#rooms.get(name);
    if (!room) throw new Refusal('room-not-found', `There is no room named ${name}.`);
    return room;
  }

  /** Newest activity first; `online` is there for rooms that are not open here. */
  async list(): Promise<(Room | IndexedRoom)[]> {
    // Who cannot be told of all is told of those that are open here.
    const elsewhere = (await this.index?.list().catch(() => [])) ?? [];
    const closed = elsewhere.filter(({ name }) => !this.#rooms.has(name));
    return [...this.#rooms.values(), ...closed].sort((one, other) => other.activeAt.localeCompare(one.activeAt));
  }

  names(): Iterable<string> {
    return this.#rooms.keys();
  }

  /** The index may have lost what is open here. */
  async keepListed(): Promise<void> {
    await this.index?.keep([...this.#rooms.values()]);
  }

  /** Somebody has just left: from now on it may be idle. */
  rest(name: string): void {
    const room = this.#rooms.get(name);
    if (room) this.#used(room);
  }

  /** Lets go of rooms that have been idle for too long; tells which. A durable store's rooms stay. */
  async expire(isOccupied: (room: string) => boolean): Promise<string[]> {
    if (this.store.durable && !this.index) return [];
    const longest = this.index ? UNUSED : this.bounds.roomIdle;
    const gone: string[] = [];
    for (const room of this.#rooms.values()) {
      if (isOccupied(room.name)) room.idleSince = this.clock.now();
      if (room.name === LOBBY || this.clock.now() - room.idleSince < longest) continue;
      this.#rooms.delete(room.name);
      gone.push(room.name);
    }
    await Promise.all(gone.map((name) => this.#close(name)));
    await this.#expireElsewhere();
    return gone;
  }

  async #expireElsewhere(): Promise<void> {
    for (const { name, activeAt, online } of (await this.index?.list()) ?? []) {
      const idle = this.clock.date().getTime() - Date.parse(activeAt) >= this.bounds.roomIdle;
      // Only a guess; the index knows.
      if (name !== LOBBY && online === 0 && idle) await this.index!.dropIdle(name, this.bounds.roomIdle);
    }
  }

  #mayOpen(name: string): 'exists' | 'full' | undefined {
    if (this.#rooms.has(name) || this.#opening.has(name)) return 'exists';
    return this.#rooms.size + this.#opening.size >= this.bounds.rooms ? 'full' : undefined;
  }

  async #open(name: string, title: string, activeAt: string): Promise<Room> {
    const opening = this.#opening.get(name) ?? this.#follow(name, title, activeAt);
    this.#opening.set(name, opening);
    try {
      return await opening;
    } finally {
      this.#opening.delete(name);
    }
  }

  async #close(name: string): Promise<void> {
    const closing = Promise.all([this.store.drop(name), this.onClosed(name)]);
    this.#closing.set(name, closing);
    await closing.finally(() => this.#closing.delete(name));
  }

  async #follow(name: string, title: string, activeAt: string): Promise<Room> {
    await this.#closing.get(name);
    const opened = await this.store.open(
      { name, title },
      (events) => this.#tell(room, events),
      (log) => this.#reset(room, log),
    );
    const log = this.#logOf(opened);
    const room: Room = {
      name,
      title,
      log,
      activeAt: opened.events.at(-1)?.at ?? activeAt,
      idleSince: this.clock.now(),
    };
    await this.onOpened(name);
    this.#rooms.set(name, room);
    return room;
  }

  #logOf({ epoch, seq, events }: OpenedLog): RoomLog {
    const log = new RoomLog(epoch, this.bounds.historyLimit, seq - events.length);
    for (const event of events) log.append(event);
    return log;
  }

  /** What the store has kept becomes what this process knows and tells, in one step. */
  #tell(room: Room, events: ChatEvent[]): void {
    for (const event of events) room.log.append(event);
    this.kept += events.length;
    room.activeAt = events.at(-1)!.at;
    this.#used(room);
    this.hub.publish(room.name, { name: 'room:events', payload: { epoch: room.log.epoch, events } });
  }

  /** Nobody can be told what is missing, so everybody comes back by their cursors. */
  #reset(room: Room, log: OpenedLog): void {
    room.log = this.#logOf(log);
    this.hub.cut(room.name);
    void this.keepListed().catch(() => undefined);
  }

  #used(room: Room): Room {
    room.idleSince = this.clock.now();
    return room;
  }
}
