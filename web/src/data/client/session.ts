import type { ConnectAuth } from './contract.js';
import { readSaved, save, type KeyValueStore } from './storage.js';

interface Identity {
  nickname: string;
  userId?: string;
  token?: string;
}

const KEY = 'chat.person';

/**
 * Who the person is. `shared` is seen by all tabs, so that they are one person; `tab` is this tab's own and
 * outlives a reload, so that a tab in the room comes back as who it was, whatever other tabs did since.
 */
export class Session {
  private identity: Identity | undefined;
  private been: ReadonlySet<string> = new Set();

  constructor(
    private readonly shared: KeyValueStore,
    private readonly tab: KeyValueStore,
  ) {}

  get nickname(): string {
    return this.identity?.nickname ?? '';
  }

  get userId(): string | undefined {
    return this.identity?.userId;
  }

  get token(): string | undefined {
    return this.identity?.token;
  }

  /** Everybody this tab has been; who joins anew after a token was refused gets another id. */
  get selves(): ReadonlySet<string> {
    return this.been;
  }

  /** The name to put into the field of the join screen. */
  get remembered(): string {
    return read(this.shared)?.nickname ?? '';
  }

  /** What a connection has to show: the token if there is one, else the nickname. */
  get credentials(): Pick<ConnectAuth, 'nickname' | 'token'> {
    return this.token === undefined ? { nickname: this.nickname } : { token: this.token };
  }

  /** Becomes somebody: again, if the name is the one that a token is remembered for, else anew. */
  begin(nickname: string): void {
    const known = read(this.shared);
    this.identity = known?.nickname === nickname ? known : { nickname };
  }

  /** Takes up where this tab was before it was reloaded; false if it was in no room. */
  resume(): boolean {
    this.identity = read(this.tab);
    return this.identity !== undefined;
  }

  confirm(identity: Required<Identity>): void {
    this.identity = identity;
    if (!this.been.has(identity.userId)) this.been = new Set([...this.been, identity.userId]);
    save(this.shared, KEY, identity);
    save(this.tab, KEY, identity);
  }

  /**
   * A token was refused. True if there is something else to try: a newer token of the same name that another
   * tab got, or the name alone.
   */
  renew(refused: string | undefined): boolean {
    if (this.identity === undefined) return false;
    if (this.identity.token !== refused) return true;
    if (this.adopt()) return true;
    if (refused === undefined) return false;
    this.identity = { nickname: this.identity.nickname };
    // Or it would be adopted from there, and be refused again, without end.
    if (read(this.shared)?.token === refused) save(this.shared, KEY, this.identity);
    return true;
  }

  /** Takes over the token that another tab of the same person got meanwhile. */
  adopt(): boolean {
    const known = read(this.shared);
    if (!known?.token || known.nickname !== this.nickname || known.token === this.token) return false;
    this.identity = known;
    return true;
  }

  /** Out of the room; the name and its token stay, so that the person can come back as the same one. */
  end(): void {
    save(this.tab, KEY, undefined);
    this.identity = undefined;
  }
}

function read(store: KeyValueStore): Identity | undefined {
  const identity = readSaved(store, KEY) as Identity | undefined;
  return typeof identity?.nickname === 'string' && identity.nickname !== '' ? identity : undefined;
}
