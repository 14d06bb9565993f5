import type { Clock } from '../domain/clock.js';
import type { ChatEvent } from '../domain/event.js';
import { Refusal } from '../domain/problem.js';
import { RoomLog } from '../domain/room-log.js';
import type { RoomHub } from '../realtime/room-hub.js';
import type { LogStore } from '../store/log-store.js';

export const LOBBY = 'lobby';

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
  readonly #opening = new Set<string>();

  /** Messages since the process started. */
  kept = 0;

  constructor(
    private readonly clock: Clock,
    private readonly store: LogStore,
    private readonly hub: RoomHub,
    private readonly bounds: RoomBounds,
  ) {}

  /** Opens the lobby, and what an earlier process left. */
  async start(): Promise<void> {
    const kept = await this.store.rooms();
    const lobby = { name: LOBBY, title: 'Lobby', activeAt: this.clock.date().toISOString() };
    if (!kept.some(({ name }) => name === LOBBY)) kept.push(lobby);
    for (const room of kept) await this.#open(room.name, room.title, room.activeAt);
  }

  /**
   * @throws Refusal `room-exists`, or `unavailable` when there are too many
   */
  async create(name: string, title: string): Promise<Room> {
    if (this.#rooms.has(name) || this.#opening.has(name)) {
      throw new Refusal('room-exists', `There is a room named ${name} already.`);
    }
    if (this.#rooms.size + this.#opening.size >= this.bounds.rooms) {
      throw new Refusal('unavailable', 'There are as many rooms as this server takes.');
    }
    this.#opening.add(name);
    try {
      return await this.#open(name, title, this.clock.date().toISOString());
    } finally {
      this.#opening.delete(name);
    }
  }

  /**
   * @throws Refusal `room-not-found`
   */
  get(name: string): Room {
    const room = this.#rooms.get(name);
    if (!room) throw new Refusal('room-not-found', `There is no room named ${name}.`);
    return room;
  }

  /** Newest activity first. */
  list(): Room[] {
    return [...this.#rooms.values()].sort((one, other) => other.activeAt.localeCompare(one.activeAt));
  }

  names(): Iterable<string> {
    return this.#rooms.keys();
  }

  /** Somebody has just left: from now on it may be idle. */
  rest(name: string): void {
    const room = this.#rooms.get(name);
    if (room) room.idleSince = this.clock.now();
  }

  /** Lets go of rooms that have been idle for too long; tells which. A durable store's rooms stay. */
  async expire(isOccupied: (room: string) => boolean): Promise<string[]> {
    if (this.store.durable) return [];
    const gone: string[] = [];
    for (const room of this.#rooms.values()) {
      if (isOccupied(room.name)) room.idleSince = this.clock.now();
      if (room.name === LOBBY || this.clock.now() - room.idleSince < this.bounds.roomIdle) continue;
      this.#rooms.delete(room.name);
      gone.push(room.name);
    }
    await Promise.all(gone.map((name) => this.store.drop(name)));
    return gone;
  }

  async #open(name: string, title: string, activeAt: string): Promise<Room> {
    const follow = (events: ChatEvent[]) => this.#follow(room, events);
    const { epoch, seq, events } = await this.store.open({ name, title }, follow);
    const log = new RoomLog(epoch, this.bounds.historyLimit, seq - events.length);
    for (const event of events) log.append(event);
    const room: Room = { name, title, log, activeAt, idleSince: this.clock.now() };
    this.#rooms.set(name, room);
    return room;
  }

  /** What the store has kept becomes what this process knows and tells, in one step. */
  #follow(room: Room, events: ChatEvent[]): void {
    for (const event of events) room.log.append(event);
    this.kept += events.length;
    room.activeAt = events.at(-1)!.at;
    room.idleSince = this.clock.now();
    this.hub.publish(room.name, { name: 'room:events', payload: { epoch: room.log.epoch, events } });
  }
}
