import { Api } from './api.js';
import { ChatClient, type ChatClientOptions } from './chat-client.js';
import type { ChatState } from './chat-state.js';
import { systemClock, type Clock } from './clock.js';
import { isRoomName, LOBBY, type Problem, type Room } from './contract.js';
import { Refused } from './errors.js';
import { OpenedRooms } from './opened-rooms.js';
import { dropOutboxes } from './outbox.js';
import { Positions } from './positions.js';
import { byActivity, roomLine } from './room-lines.js';
import type { RoomsState } from './rooms-state.js';
import { Session } from './session.js';
import { memoryStore, type KeyValueStore } from './storage.js';
import { Trunk } from './trunk.js';

const LIST_MS = 15_000;
const RECEIPTS_KEY = 'chat.receipts';

export interface RoomsClientOptions extends Pick<
  ChatClientOptions,
  'open' | 'fetch' | 'url' | 'shared' | 'own' | 'clock'
> {
  /** Whether somebody looks at the page. */
  visible?: () => boolean;
}

/** A person in all their rooms: one session and one connection, and a client for each room they opened. */
export class RoomsClient {
  private readonly clock: Clock;
  private readonly shared: KeyValueStore;
  private readonly own: KeyValueStore;
  private readonly session: Session;
  private readonly trunk: Trunk;
  private readonly positions: Positions;
  private readonly opened: OpenedRooms;
  private readonly api: Api;
  private readonly clients = new Map<string, ChatClient>();
  private readonly listeners = new Set<() => void>();
  private list: readonly Room[] = [];
  private current = LOBBY;
  private missing = false;
  private phase: RoomsState['phase'] = 'out';
  private problem: Problem | undefined;
  private receipts: boolean;
  private cancelTimer: () => void = () => undefined;

  constructor(private readonly options: RoomsClientOptions) {
    const { url = '', open, fetch, clock = systemClock } = options;
    this.clock = clock;
    this.own = options.own ?? memoryStore();
    this.shared = options.shared ?? memoryStore();
    this.session = new Session(this.shared, this.own);
    this.trunk = new Trunk(url, open);
    this.positions = new Positions(this.shared);
    this.opened = new OpenedRooms(this.own);
    this.api = new Api({ url, room: LOBBY, fetch, clock, token: () => this.session.token });
    this.receipts = receiptsIn(this.shared);
  }

  get state(): RoomsState {
    const lines = this.list.map((room) =>
      roomLine(room, this.clients.get(room.name)?.state, this.positions.of(room.name)),
    );
    const { phase, current, missing, receipts, problem } = this;
    return { phase, current, missing, room: this.room.state, lines: byActivity(lines), receipts, problem };
  }

  /** The room that is looked at. */
  get room(): ChatClient {
    return this.client(this.current);
  }

  /** The name that was used last on this device. */
  get remembered(): string {
    return this.session.remembered;
  }

  /** Tells of every change; what it is now is made when it is asked for. Gives back how to stop that. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Looks at a room, and goes in if the person is inside at all. */
  open(name: string): void {
    if (name !== this.current) this.room.attend(false);
    this.current = name;
    this.missing = !isRoomName(name);
    this.room.attend(true);
    if (this.phase === 'in' && !this.missing) this.enter(name);
    this.changed();
  }

  /** Enters the room that is looked at. Rejects with `Refused`, whose problem says why, or `Unreachable`. */
  async join(nickname: string): Promise<void> {
    this.phase = 'joining';
    this.problem = undefined;
    this.changed();
    try {
      await this.joinSomewhere(nickname);
    } catch (error) {
      this.session.end();
      this.phase = 'out';
      this.changed();
      throw error;
    }
    this.phase = 'in';
    void this.refresh();
    this.changed();
  }

  /** Goes on where a reload broke off; false if there is nothing to go on with. */
  resume(): boolean {
    if (!this.session.resume()) return false;
    this.phase = 'in';
    for (const name of this.opened.names) this.client(name).attend(name === this.current);
    this.open(this.current);
    for (const name of this.opened.names) this.enter(name, false);
    void this.refresh();
    return true;
  }

  /** Leaves all rooms for good: what has not been sent by now is not sent any more. */
  leave(): void {
    for (const client of this.clients.values()) client.leave();
    dropOutboxes(this.own);
    this.end(undefined);
  }

  /** Makes a room; whoever made it goes there. Rejects like {@link join}. */
  async create(name: string, title: string): Promise<void> {
    const room = await this.api.createRoom(name, title);
    this.list = [...this.list.filter((other) => other.name !== name), room];
    if (this.current === name) this.open(name);
    this.changed();
  }

  /** Whether others may know how far the person has read. */
  setReceipts(receipts: boolean): void {
    this.receipts = receipts;
    try {
      if (receipts) this.shared.removeItem(RECEIPTS_KEY);
      else this.shared.setItem(RECEIPTS_KEY, 'off');
    } catch {
      // Storage may be switched off; then it holds until the page is closed.
    }
    if (receipts) for (const client of this.clients.values()) client.tellReads();
    this.changed();
  }

  /** Asks for the list of rooms, now and then again and again. */
  async refresh(): Promise<void> {
    this.cancelTimer();
    try {
      this.list = (await this.api.rooms()).rooms;
      this.changed();
    } catch {
      // What was known before is shown until the next answer.
    }
    this.cancelTimer();
    this.cancelTimer = this.clock.after(LIST_MS, () => {
      if (this.phase === 'in' && (this.options.visible?.() ?? true)) void this.refresh();
    });
  }

  wake(): void {
    for (const client of this.clients.values()) client.wake();
    if (this.phase === 'in') void this.refresh();
  }

  doubt(): void {
    for (const client of this.clients.values()) client.doubt();
  }

  /** A newcomer with a link to a room that there is not gets in all the same, and is told inside. */
  private async joinSomewhere(nickname: string): Promise<void> {
    if (!this.missing) {
      try {
        await this.room.join(nickname);
        return this.remember(this.current);
      } catch (error) {
        if (!isMissing(error instanceof Refused ? error.problem : undefined)) throw error;
        this.missing = true;
      }
    }
    await this.client(LOBBY).join(nickname);
    this.remember(LOBBY);
  }

  private enter(name: string, byPerson = true): void {
    const client = this.client(name);
    if (byPerson) this.remember(name);
    if (client.state.phase === 'out') client.enter();
  }

  private remember(name: string): void {
    for (const forgotten of this.opened.add(name)) this.clients.get(forgotten)?.goOut();
  }

  private client(name: string): ChatClient {
    const known = this.clients.get(name);
    if (known) return known;
    const { options, clock, shared, own, session, trunk, positions } = this;
    const ours = { clock, shared, own, session, trunk, positions, receipts: () => this.receipts };
    const client = new ChatClient({ ...options, ...ours, room: name });
    this.clients.set(name, client);
    client.subscribe((state) => this.onRoom(name, state));
    return client;
  }

  private onRoom(name: string, { phase, problem }: ChatState): void {
    if (this.phase === 'in' && phase === 'out' && problem) {
      if (!isMissing(problem)) return this.end(problem);
      this.opened.remove(name);
      if (name === this.current) this.missing = true;
    }
    this.changed();
  }

  private end(problem: Problem | undefined): void {
    this.phase = 'out';
    this.problem = problem;
    this.cancelTimer();
    for (const client of this.clients.values()) if (client.state.phase !== 'out') client.goOut();
    this.opened.clear();
    this.session.end();
    this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

function isMissing(problem: Problem | undefined): boolean {
  return problem?.code === 'room-not-found';
}

function receiptsIn(store: KeyValueStore): boolean {
  try {
    return store.getItem(RECEIPTS_KEY) !== 'off';
  } catch {
    return true;
  }
}
