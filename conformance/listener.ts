import assert from 'node:assert/strict';
import type { ServerEvents, ServerPayload } from '../openapi/events.ts';
import type { Event, RoomState } from '../openapi/generated/chat.ts';
import { isA } from './contract.ts';

const SCHEMAS: Record<keyof ServerEvents, string> = {
  'room:joined': 'RoomJoined',
  'room:events': 'RoomEvents',
  'room:pulse': 'RoomPulse',
  'presence:changed': 'PresenceChanged',
  'typing:changed': 'TypingChanged',
  'read:changed': 'ReadChanged',
};

/** What came to one listener of a room, in the order in which it came. */
export class Listener {
  readonly received: { name: string; payload: unknown }[] = [];
  wake: () => void = () => undefined;
  #fault: unknown;

  readonly what: string;
  /** How long what is promised at once may take, in ms. */
  readonly patience: number;
  readonly #joinedAs: string;

  constructor(what: string, patience: number, joinedAs = 'RoomJoined') {
    this.what = what;
    this.patience = patience;
    this.#joinedAs = joinedAs;
  }

  record(name: string, payload: unknown): void {
    try {
      const schema = name === 'room:joined' ? this.#joinedAs : SCHEMAS[name as keyof ServerEvents];
      assert.ok(schema, `${name} is no event of the contract`);
      isA(schema, payload);
    } catch (error) {
      this.#fault ??= error;
    }
    this.received.push({ name, payload });
    this.wake();
  }

  all<Name extends keyof ServerEvents>(name: Name): ServerPayload<Name>[] {
    return this.received.filter((event) => event.name === name).map(({ payload }) => payload as ServerPayload<Name>);
  }

  /** The events of the log that it was told of, the room's state included. */
  get events(): Event[] {
    return this.received.flatMap(({ name, payload }) =>
      name === 'room:joined' || name === 'room:events' ? ((payload as RoomState).events ?? []) : [],
    );
  }

  get texts(): string[] {
    return this.events.flatMap(({ message }) => message?.text ?? []);
  }

  heard(text: string): Promise<void> {
    return this.until(() => this.texts.includes(text), `the message "${text}"`);
  }

  /** Throws when what is promised has not come in time, or something came that is not as the contract says. */
  async until(met: () => boolean, what: string, patience = this.patience): Promise<void> {
    const end = Date.now() + patience;
    for (;;) {
      this.check();
      if (met()) return;
      const left = end - Date.now();
      assert.ok(left > 0, `${this.what} was not told of ${what} within ${patience} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  check(): void {
    if (this.#fault) throw this.#fault as Error;
  }
}
