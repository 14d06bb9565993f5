import type { KeptRoom } from './log-store.js';

export interface IndexedRoom extends KeptRoom {
  epoch: string;
  seq: number;
  /** People, in all processes together. */
  online: number;
}

/** The rooms that there are, where several processes make them and let go of them. All calls throw `unavailable`. */
export interface RoomIndex {
  find(name: string): Promise<Pick<KeptRoom, 'name' | 'title'> | undefined>;

  /** Makes the name taken, at once for everyone. */
  add(room: Pick<KeptRoom, 'name' | 'title'>, limit: number): Promise<'added' | 'exists' | 'full'>;

  /** Puts back which of these it has lost: they are open in this process. */
  keep(rooms: Pick<KeptRoom, 'name' | 'title'>[]): Promise<void>;

  list(): Promise<IndexedRoom[]>;

  /** Forgets a room in which nothing happened for so many milliseconds, unless a process serves it. */
  dropIdle(name: string, ms: number): Promise<boolean>;
}
