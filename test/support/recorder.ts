import type { ServerEvents, ServerPayload } from '../../openapi/events.js';
import type { Event, RoomState } from '../../openapi/generated/chat.js';
import { expectEvent } from './asyncapi.js';
import { expectSchema } from './contract.js';

/** What one listener was told, each event held against the contract, in the order of its coming. */
export class Recorder {
  readonly received: { name: string; payload: unknown }[] = [];
  readonly #waiting = new Set<() => void>();
  /** Told of each as it comes. */
  onRecord?: (name: string, payload: unknown) => void;
  #failure?: Error;

  /** @param joinedSchema what `room:joined` is on this transport, if that is not as on Socket.IO */
  constructor(private readonly joinedSchema?: string) {}

  record(name: string, payload: unknown): void {
    try {
      if (name === 'room:joined' && this.joinedSchema) expectSchema(this.joinedSchema, payload);
      else expectEvent(name, payload);
    } catch (error) {
      this.fail(error);
    }
    this.received.push({ name, payload });
    this.onRecord?.(name, payload);
    this.wake();
  }

  all<Name extends keyof ServerEvents>(name: Name): ServerPayload<Name>[] {
    return this.received.filter((event) => event.name === name).map(({ payload }) => payload as ServerPayload<Name>);
  }

  /** The n-th event of that name, from 1; waits for it. */
  async nth<Name extends keyof ServerEvents>(name: Name, n = 1): Promise<ServerPayload<Name>> {
    await this.until(() => this.all(name).length >= n);
    return this.all(name)[n - 1]!;
  }

  /** The events of the log, in the order in which they came. */
  get events(): Event[] {
    return this.received.flatMap(({ name, payload }) => {
      return name === 'room:joined' || name === 'room:events' ? ((payload as RoomState).events ?? []) : [];
    });
  }

  get texts(): string[] {
    return this.events.map(({ message }) => message!.text);
  }

  /** Waits for the event of the log whose message has that text; whatever came before it has come by then. */
  heard(text: string): Promise<void> {
    return this.until(() => this.texts.includes(text));
  }

  /** Waits until `met`, looked at whenever something comes. */
  async until(met: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (met()) return;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
    this.wake();
  }

  /** Throws what {@link fail} was told. */
  check(): void {
    if (this.#failure) throw this.#failure;
  }
}
