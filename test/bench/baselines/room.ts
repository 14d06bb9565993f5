import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Command {
  id: string;
  text: string;
}

/** All that a baseline does with a message: numbers it, and makes of it what this server would send. */
export class Room {
  readonly #name: string;
  #seq = 0;

  constructor(name: string) {
    this.#name = name;
  }

  take({ id, text }: Command) {
    const seq = ++this.#seq;
    const at = new Date().toISOString();
    const person = { userId: 'Zm9ydHktdHdvIGlzIDQy', nickname: 'p42' };
    const message = { id, seq, room: this.#name, ...person, text, sentAt: at };
    return { epoch: 'c29tZWVwb2No', events: [{ seq, type: 'message.created', at, message }] };
  }
}

export function rooms() {
  const byName = new Map<string, Room>();
  return (name: string) => {
    const room = byName.get(name) ?? new Room(name);
    byName.set(name, room);
    return room;
  };
}

/** Listens where it is told, and says so as this server does. */
export function listen(server: Server): void {
  server.listen(Number(process.env['PORT'] ?? 0), process.env['HOST'], 8_192, () => {
    console.log(`open at http://localhost:${(server.address() as AddressInfo).port}`);
  });
}
