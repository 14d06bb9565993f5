import type { Clock } from '../domain/clock.js';
import type { RoomBroadcast } from './batch.js';
import { Lane, type RoomListener } from './lane.js';
import { MessagePace, type Pace, pollingPace, PresencePace } from './pace.js';

interface Room {
  log: Lane;
  /** The same, for those who poll. */
  polledLog: Lane;
  /** Of everyone. */
  presence: Lane;
}

/** Who listens to which room in this process; every door's listeners hang here, side by side. */
export class RoomHub {
  readonly #rooms = new Map<string, Room>();
  readonly #presencePace: PresencePace;

  /** @param maxDelay the longest that a message waits to be told together with others, in milliseconds */
  constructor(
    private readonly clock: Clock,
    private readonly maxDelay: number,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#presencePace = new PresencePace(clock);
  }

  /**
   * From here on the listener is told everything that it has not read by now: to be called in the step in
   * which it was told where the room stands.
   */
  subscribe(name: string, listener: RoomListener): void {
    const room = this.#rooms.get(name) ?? this.#open(name);
    (listener.polls ? room.polledLog : room.log).add(listener);
    room.presence.add(listener);
  }

  unsubscribe(name: string, listener: RoomListener): void {
    const room = this.#rooms.get(name);
    if (!room?.presence.remove(listener)) return;
    room.log.remove(listener);
    room.polledLog.remove(listener);
    if (room.presence.size > 0) return;
    for (const lane of Object.values(room) as Lane[]) lane.clear();
    this.#rooms.delete(name);
  }

  /** The listener, who polled, does so no more. */
  upgrade(name: string, listener: RoomListener): void {
    const room = this.#rooms.get(name);
    if (room?.polledLog.dismiss(listener)) room.log.add(listener);
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
    if (!room) return;
    if (broadcast.name === 'presence:changed') return room.presence.push(broadcast);
    room.log.push(broadcast);
    room.polledLog.push(broadcast);
  }

  /** Ends everyone who listens to the room, for what they were told holds no more. */
  cut(name: string): void {
    const room = this.#rooms.get(name);
    if (!room) return;
    // What was about to be told holds no more either.
    room.log.clear();
    room.polledLog.clear();
    for (const listener of room.presence.everyone()) {
      try {
        listener.cut();
      } catch (error) {
        this.onError(error);
      }
    }
  }

  #open(name: string): Room {
    const lane = (pace: Pace) => new Lane(this.clock, pace, this.onError);
    const room = {
      log: lane(new MessagePace(this.clock, this.maxDelay)),
      polledLog: lane(pollingPace(this.maxDelay)),
      presence: lane(this.#presencePace.ofRoom()),
    };
    this.#rooms.set(name, room);
    return room;
  }
}
