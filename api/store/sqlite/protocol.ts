import type { Draft, Message, Read } from '../../domain/event.js';
import type { KeptRoom } from '../log-store.js';

/** What the thread that holds the database is started with. */
export interface WorkerOptions {
  path: string;
  /** How many of a room's newest events are read when it is opened. */
  historyLimit: number;
  rememberedIds: number;
  marks: number;
}

/** What changes the database; those that are gathered share one transaction and one flush to the disk. */
export type Write =
  { kind: 'append'; room: string; draft: Draft; at: string } | { kind: 'mark'; room: string; read: Read };

/** The outcome of each write, in their order. */
export type Written =
  { kind: 'append'; message: Message; duplicate: boolean } | { kind: 'conflict' } | { kind: 'mark'; moved: boolean };

/** What may be asked of the thread, by name: the arguments and the answer. */
export interface Calls {
  /** Opens the database; gives the secret that is kept in it, after keeping this one if there was none. */
  start: (newSecret?: string) => string | undefined;
  /** Writes something, to see whether that works. */
  probe: (at: string) => void;
  rooms: () => KeptRoom[];
  open: (
    room: Pick<KeptRoom, 'name' | 'title'>,
    epoch: string,
    at: string,
  ) => { epoch: string; seq: number; messages: Message[] };
  write: (writes: Write[]) => Written[];
  find: (room: string, draft: Pick<Draft, 'id' | 'text'>) => Message | 'conflict' | undefined;
  history: (room: string, limit: number, before: number) => Message[];
  marks: (room: string) => Read[];
  prune: (keep: { before?: string; newest?: number; least: number }) => void;
  close: () => void;
}

export type Request = { [Name in keyof Calls]: { id: number; name: Name; args: Parameters<Calls[Name]> } }[keyof Calls];

export type Answer =
  { id: number; ok: true; value: ReturnType<Calls[keyof Calls]> } | { id: number; ok: false; message: string };
