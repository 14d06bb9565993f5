import type { Clock } from '../domain/clock.js';
import type { RoomBroadcast } from './batch.js';
import { Lane, type RoomListener } from './lane.js';
import { MessagePace, presencePace } from './pace.js';

interface Room {
  listeners: Set<RoomListener>;
  log: Lane;
  presence: Lane;
}

/** Who listens to which room in this process; every door's listeners hang here, side by side. */
export class RoomHub {
  readonly #rooms = new Map<string, Room>();

  /** @param maxDelay the longest that a message waits to be told together with others, in milliseconds */
  constructor(
    private readonly clock: Clock,
    private readonly maxDelay: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /**
   * From here on the listener is told everything that it has not read by now: to be called in the step in
   * which it was told where the room stands.
   */
  subscribe(name: string, listener: RoomListener): void {
    const room = this.#rooms.get(name) ?? this.#open(name);
    room.listeners.add(listener);
    room.log.welcome(listener);
    room.presence.welcome(listener);
  }

  unsubscribe(name: string, listener: RoomListener): void {
    const room = this.#rooms.get(name);
    if (!room?.listeners.delete(listener)) return;
    room.log.forget(listener);
    room.presence.forget(listener);
    if (room.listeners.size > 0) return;
    room.log.clear();
    room.presence.clear();
    this.#rooms.delete(name);
  }

  hasListeners(room: string): boolean {
    return this.#rooms.has(room);
  }

  /**
   * Tells everyone in the room: at once if it is quiet, and otherwise soon, together with what comes
   * meanwhile. All is told in the order of the calls, but for presence, which is in an order of its own.
   */
  publish(name: string, broadcast: RoomBroadcast): void {
    const room = this.#rooms.get(name);
    if (broadcast.name === 'presence:changed') room?.presence.push(broadcast);
    else room?.log.push(broadcast);
  }

  /** Ends everyone who listens to the room, for what they were told holds no more. */
  cut(name: string): void {
    const room = this.#rooms.get(name);
    if (!room) return;
    // What was about to be told holds no more either.
    room.log.clear();
    for (const listener of [...room.listeners]) {
      try {
        listener.cut();
      } catch (error) {
        this.onError(error);
      }
    }
  }

  #open(name: string): Room {
    const listeners = new Set<RoomListener>();
    const room = {
      listeners,
      log: new Lane(this.clock, new MessagePace(this.clock, this.maxDelay), listeners, this.onError),
      presence: new Lane(this.clock, presencePace, listeners, this.onError),
    };
    this.#rooms.set(name, room);
    return room;
  }
}
