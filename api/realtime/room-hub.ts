import type { ServerEvents, ServerPayload } from '../../openapi/events.js';

/** What all listeners of a room are told alike. */
export type RoomBroadcast = {
  [Name in Exclude<keyof ServerEvents, 'room:joined'>]: { name: Name; payload: ServerPayload<Name> };
}[Exclude<keyof ServerEvents, 'room:joined'>];

export type RoomListener = (broadcast: RoomBroadcast) => void;

/** Who listens to which room in this process; every door's listeners hang here, side by side. */
export class RoomHub {
  readonly #listeners = new Map<string, Set<RoomListener>>();

  constructor(private readonly onError: (error: unknown) => void) {}

  /** The answer ends the subscription. */
  subscribe(room: string, listener: RoomListener): () => void {
    const listeners = this.#listeners.get(room) ?? new Set();
    this.#listeners.set(room, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(room) === listeners) this.#listeners.delete(room);
    };
  }

  hasListeners(room: string): boolean {
    return this.#listeners.has(room);
  }

  /** Tells everyone in the room, in the order of the calls. A listener that fails harms no other. */
  publish(room: string, broadcast: RoomBroadcast): void {
    for (const listener of [...(this.#listeners.get(room) ?? [])]) {
      try {
        listener(broadcast);
      } catch (error) {
        this.onError(error);
      }
    }
  }
}
