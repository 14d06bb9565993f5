import { Api } from './api.js';
import type { ChatState } from './chat-state.js';
import { systemClock, type Clock } from './clock.js';
import { Connection, type ConnectionListener } from './connection.js';
import { LOBBY, type Problem, type Read, type RoomState, type User, type UserList } from './contract.js';
import { Unreachable } from './errors.js';
import { newMessageId } from './message-id.js';
import { Outbox } from './outbox.js';
import { Positions } from './positions.js';
import { ReadMarks } from './read-marks.js';
import { Readers } from './readers.js';
import { Roster } from './roster.js';
import { Sender } from './sender.js';
import { memoryStore, Session, type KeyValueStore } from './session.js';
import { Timeline, type Applied } from './timeline.js';
import { Trunk, type OpenSocket } from './trunk.js';
import { TypingSignal } from './typing-signal.js';

export interface ChatClientOptions {
  /** `io` of socket.io-client. */
  open: OpenSocket;
  fetch: (request: Request) => Promise<Response>;
  /** The server's origin; empty for the page's own. */
  url?: string;
  room?: string;
  clock?: Clock;
  /** Storage that all of a person's clients share, and storage of this client alone. */
  shared?: KeyValueStore;
  own?: KeyValueStore;
  /** How many entries are kept in memory. */
  keep?: number;
  /** What the clients of a person's rooms share; each room has its own unless given. */
  session?: Session;
  trunk?: Trunk;
  positions?: Positions;
  /** Whether others may know how far the person has read. */
  receipts?: () => boolean;
}

const NOTHING_NEW: Applied = { added: [], complete: true, reset: false };
/** Questions for what is missing, before the connection itself is mistrusted. */
const RECOVERIES = 5;
const PAGE = 50;
/** Less than what is kept, so that what comes in meanwhile does not take away what is being read. */
const HISTORY_MAX = 1500;

/** A person in a room, by whichever way it reaches them. Knows no framework; runs in a page and in Node. */
export class ChatClient {
  private readonly clock: Clock;
  private readonly api: Api;
  private readonly session: Session;
  private readonly outbox: Outbox;
  private readonly roster = new Roster();
  private readonly readers = new Readers();
  private readonly positions: Positions;
  private readonly room: string;
  private readonly marks: ReadMarks;
  private readonly typingSignal: TypingSignal;
  private readonly connection: Connection;
  private readonly sender: Sender;
  private readonly listeners = new Set<(state: ChatState) => void>();
  private timeline: Timeline;
  private phase: ChatState['phase'] = 'out';
  private problem: Problem | undefined;
  private joining: { resolve: () => void; reject: (error: Error) => void } | undefined;
  private recovering = false;
  private recoverAgain = false;
  private typists: readonly User[] = [];
  private loading = false;
  private beginning = false;
  private attended = true;

  constructor(private readonly options: ChatClientOptions) {
    const { url = '', room = LOBBY, open, fetch, clock = systemClock } = options;
    const own = options.own ?? memoryStore();
    const shared = options.shared ?? memoryStore();
    const session = options.session ?? new Session(shared, own);
    const trunk = options.trunk ?? new Trunk(url, open);
    const api = new Api({ url, room, fetch, clock, token: () => session.token });
    this.clock = clock;
    this.session = session;
    this.api = api;
    this.room = room;
    this.positions = options.positions ?? new Positions(shared);
    this.outbox = new Outbox(own, room);
    this.timeline = new Timeline(options.keep);
    this.connection = new Connection(
      { room, trunk, clock, api, session, cursor: () => this.timeline.cursor, attended: () => this.attended },
      this.onConnection(),
    );
    this.sender = new Sender({
      outbox: this.outbox,
      clock,
      road: () => this.connection.road,
      changed: () => this.settle(NOTHING_NEW),
      unauthorized: () => this.connection.renew(),
    });
    const road = () => this.connection.road;
    this.marks = new ReadMarks({ clock, road, wanted: options.receipts ?? (() => true) });
    this.typingSignal = new TypingSignal(clock, (typing) => {
      // Whoever does not hear of it misses little.
      road()
        ?.type(typing)
        .catch(() => undefined);
    });
  }

  get state(): ChatState {
    return {
      phase: this.phase,
      carrier: this.connection.carrier,
      nickname: this.session.nickname,
      selves: this.session.selves,
      online: this.roster.online,
      users: this.roster.users,
      typing: this.typists.filter(({ userId }) => !this.session.selves.has(userId)),
      reads: this.readers.list,
      position: this.position,
      unread: this.unread,
      history: this.history,
      entries: this.timeline.entries,
      outbox: this.outbox.items,
      problem: this.problem,
    };
  }

  private get position(): number | undefined {
    const { epoch } = this.timeline;
    const position = this.positions.of(this.room);
    return epoch !== undefined && position?.epoch === epoch ? position.seq : undefined;
  }

  private get unread(): number {
    const { position } = this;
    if (position === undefined) return 0;
    const { selves } = this.session;
    let unread = 0;
    for (const entry of this.timeline.entries.toReversed()) {
      if (entry.kind === 'reset' || (entry.kind === 'message' && entry.message.seq <= position)) break;
      if (entry.kind === 'message' && !selves.has(entry.message.userId)) unread++;
    }
    return unread;
  }

  private get history(): ChatState['history'] {
    const { oldest, entries } = this.timeline;
    if (oldest === undefined) return 'unknown';
    if (this.loading) return 'loading';
    if (this.beginning || oldest === 1) return 'end';
    return entries.length >= HISTORY_MAX ? 'full' : 'more';
  }

  /** The name that was used last on this device. */
  get remembered(): string {
    return this.session.remembered;
  }

  /** Tells of every change; gives back how to stop that. */
  subscribe(listener: (state: ChatState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Enters the room. Rejects with `Refused`, whose problem says why, or `Unreachable`. */
  join(nickname: string): Promise<void> {
    this.session.begin(nickname);
    return new Promise((resolve, reject) => {
      this.begin('joining');
      this.joining = { resolve, reject };
      this.connection.start(false);
    });
  }

  /** Goes on where a reload broke off; false if there is nothing to go on with. */
  resume(): boolean {
    if (!this.session.resume()) return false;
    this.enter();
    return true;
  }

  /** Goes in as whoever the session is already. */
  enter(): void {
    this.begin('in');
    this.outbox.restore();
    this.connection.start(true);
    this.changed();
  }

  /** Leaves for good: what has not been sent by now is not sent any more. */
  leave(): void {
    const { token } = this.session;
    this.typingSignal.sent();
    this.connection.stop();
    this.outbox.clear();
    this.exit(undefined);
    if (token !== undefined) void this.api.leave(token).catch(() => undefined);
  }

  /** Says something; gives the id under which it goes out, now or whenever there is a way. */
  send(text: string): string {
    const id = newMessageId();
    this.outbox.add({ id, text, at: this.clock.now() });
    this.typingSignal.sent();
    this.changed();
    this.sender.pump();
    return id;
  }

  /** Sends a refused message again, under the same id. */
  retry(id: string): void {
    this.outbox.retry(id);
    this.changed();
    this.sender.pump();
  }

  /** Gives a refused message up, and gives back what it said. */
  discard(id: string): string | undefined {
    const item = this.outbox.remove(id);
    this.changed();
    return item?.text;
  }

  /** The person changed what is being written. */
  type(text: string): void {
    this.typingSignal.typed(text);
  }

  /** The person saw a message, and so what was before it. */
  see(seq: number): void {
    const { epoch } = this.timeline;
    if (epoch === undefined || seq > this.timeline.seq) return;
    this.marks.see(seq);
    if (seq <= (this.position ?? 0)) return;
    this.positions.move(this.room, epoch, seq);
    this.changed();
  }

  /** Others may know from now on how far was read. */
  tellReads(): void {
    this.marks.pump();
  }

  /** The room comes to the front, or goes to the back, where it costs less. */
  attend(attended: boolean): void {
    if (attended === this.attended) return;
    this.attended = attended;
    if (attended) this.connection.wake();
    else this.typingSignal.stop();
  }

  /** Loads the page of messages before those that are known. */
  async loadEarlier(): Promise<void> {
    const { oldest, epoch } = this.timeline;
    if (this.history !== 'more' || oldest === undefined) return;
    this.loading = true;
    this.changed();
    try {
      const page = await this.api.history(oldest, PAGE);
      if (epoch !== this.timeline.epoch) return;
      this.timeline.prepend(page.epoch, page.messages);
      this.beginning = page.messages.length === 0;
    } catch {
      // It is tried again when the person next looks for it.
    } finally {
      this.loading = false;
      this.changed();
    }
  }

  /** Who is in the room, also for somebody outside it. */
  people(): Promise<UserList> {
    return this.api.users();
  }

  /** The network is back, or the person looks at the page again: nothing waits for its interval. */
  wake(): void {
    this.connection.wake();
    this.sender.pumpNow();
  }

  /** The device says that the network is gone: the connection must not look alive until it times out. */
  doubt(): void {
    this.connection.renew();
  }

  private begin(phase: 'joining' | 'in'): void {
    this.joining?.reject(new Unreachable());
    this.joining = undefined;
    this.timeline = new Timeline(this.options.keep);
    this.beginning = false;
    this.typists = [];
    this.readers.clear();
    this.marks.reset();
    this.roster.set({ online: 0, users: [] });
    this.phase = phase;
    this.problem = undefined;
  }

  private exit(problem: Problem | undefined): void {
    if (!this.options.session) this.session.end();
    this.phase = 'out';
    this.problem = problem;
    this.changed();
  }

  private onConnection(): ConnectionListener {
    return {
      carrier: (carrier) => {
        // Who types is told over the socket alone, and only when it changes.
        if (carrier !== 'websocket' && carrier !== 'long-polling') this.typists = [];
        this.changed();
        this.sender.pumpNow();
      },
      entered: () => this.onEntered(),
      state: (state) => this.take(state),
      events: (payload) => this.settle(this.timeline.append(payload)),
      pulse: ({ epoch, seq, online }) => {
        this.roster.online = online;
        this.changed();
        if (this.timeline.isBehind(epoch, seq)) void this.recover();
      },
      presence: (payload) => {
        this.roster.change(payload);
        this.changed();
      },
      typing: ({ users }) => {
        this.typists = users;
        this.changed();
      },
      reads: ({ reads }) => this.takeReads(reads),
      marks: (reads) => this.takeReads(reads),
      people: (list) => {
        this.roster.set(list);
        this.changed();
      },
      out: (error) => {
        const { joining } = this;
        this.joining = undefined;
        this.exit(joining || error instanceof Unreachable ? undefined : error.problem);
        joining?.reject(error);
      },
    };
  }

  private onEntered(): void {
    if (this.phase === 'joining') this.outbox.restore();
    this.phase = 'in';
    this.joining?.resolve();
    this.joining = undefined;
    this.marks.renew();
    this.api.reads().then(
      ({ reads }) => this.takeReads(reads),
      () => undefined,
    );
  }

  private take(state: RoomState): void {
    this.roster.set(state);
    const before = this.timeline.epoch;
    const applied = this.timeline.apply(state);
    const { epoch, seq } = this.timeline;
    if (epoch !== undefined && this.position === undefined) {
      // Whoever comes for the first time has nothing to catch up on; after a reset everything is new.
      this.positions.move(this.room, epoch, before === undefined ? seq : 0);
    }
    if (applied.reset) {
      this.marks.reset();
      this.readers.clear();
      this.beginning = false;
    }
    this.settle(applied);
  }

  private takeReads(reads: readonly Read[]): void {
    const { epoch } = this.timeline;
    this.readers.take(reads);
    for (const { userId, seq } of reads) {
      // Read in another tab, or on another device.
      if (epoch !== undefined && this.session.selves.has(userId) && seq > (this.position ?? seq)) {
        this.positions.move(this.room, epoch, seq);
      }
    }
    this.changed();
  }

  /** What came in settles what went out, by whichever way it was sent. */
  private settle({ added, complete, reset }: Applied): void {
    for (const { id, userId } of added) {
      this.outbox.remove(id);
      this.sender.done(id);
      // Who has said it is not typing it any more; the server gathers that for up to a second.
      if (this.typists.length > 0) this.typists = this.typists.filter((typist) => typist.userId !== userId);
    }
    // After a reset the seqs begin again: what was acknowledged before it is gone with the old log.
    this.outbox.removeSent(reset ? Infinity : this.timeline.seq);
    this.changed();
    if (!complete) void this.recover();
  }

  /** Asks for what is missing; where that does not help, a new connection begins at the cursor. */
  private async recover(): Promise<void> {
    this.recoverAgain = true;
    if (this.recovering) return;
    this.recovering = true;
    try {
      for (let tries = 0; this.recoverAgain; tries++) {
        if (tries === RECOVERIES) throw new Unreachable();
        this.recoverAgain = false;
        const { cursor, epoch } = this.timeline;
        const state = await this.api.events(cursor);
        if (epoch === this.timeline.epoch) this.take(state);
      }
    } catch {
      this.connection.renew();
    } finally {
      this.recovering = false;
    }
  }

  private changed(): void {
    const { state } = this;
    for (const listener of this.listeners) listener(state);
  }
}
