import type { KeyValueStore } from './session.js';

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
    try {
      if (names.length > 0) this.store.setItem(KEY, JSON.stringify(names));
      else this.store.removeItem(KEY);
    } catch {
      // Storage may be switched off or full.
    }
  }

  private saved(): readonly string[] {
    try {
      const names: unknown = JSON.parse(this.store.getItem(KEY) ?? '[]');
      return Array.isArray(names) ? names.filter((name) => typeof name === 'string').slice(0, MOST) : [];
    } catch {
      return [];
    }
  }
}
