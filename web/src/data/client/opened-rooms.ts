import { readSaved, save, type KeyValueStore } from './storage.js';

const KEY = 'chat.rooms';
const MOST = 20;

/** The rooms that a person has opened in this tab, the last one first: they stay in so many of them. */
export class OpenedRooms {
  private list: readonly string[];

  constructor(private readonly store: KeyValueStore) {
    this.list = this.saved();
  }

  get names(): readonly string[] {
    return this.list;
  }

  /** Gives back those that are too many now. */
  add(name: string): readonly string[] {
    const all = [name, ...this.list.filter((other) => other !== name)];
    this.set(all.slice(0, MOST));
    return all.slice(MOST);
  }

  remove(name: string): void {
    this.set(this.list.filter((other) => other !== name));
  }

  clear(): void {
    this.set([]);
  }

  private set(names: readonly string[]): void {
    this.list = names;
    save(this.store, KEY, names.length > 0 ? names : undefined);
  }

  private saved(): readonly string[] {
    const names = readSaved(this.store, KEY);
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string').slice(0, MOST) : [];
  }
}
