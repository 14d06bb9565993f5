import { Api } from './api.js';
import type { ChatState } from './chat-state.js';
import { systemClock, type Clock } from './clock.js';
import { Connection, type ConnectionListener } from './connection.js';
import { LOBBY, type Problem, type UserList } from './contract.js';
import { Unreachable } from './errors.js';
import { newMessageId } from './message-id.js';
import { Outbox } from './outbox.js';
import { Positions } from './positions.js';
import { RoomView } from './room-view.js';
import { Sender } from './sender.js';
import { Session } from './session.js';
import { memoryStore, type KeyValueStore } from './storage.js';
import type { Applied } from './timeline.js';
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

/** A person in a room, by whichever way it reaches them. Knows no framework; runs in a page and in Node. */
export class ChatClient {
  private readonly clock: Clock;
  private readonly api: Api;
  private readonly session: Session;
  private readonly outbox: Outbox;
  private readonly view: RoomView;
  private readonly typingSignal: TypingSignal;
  private readonly connection: Connection;
  private readonly sender: Sender;
  private readonly listeners = new Set<(state: ChatState) => void>();
  private phase: ChatState['phase'] = 'out';
  private problem: Problem | undefined;
  private joining: { resolve: () => void; reject: (error: Error) => void } | undefined;
  private attended = true;

  constructor(private readonly options: ChatClientOptions) {
    const { url = '', room = LOBBY, open, fetch, clock = systemClock } = options;
    const own = options.own ?? memoryStore();
    const shared = options.shared ?? memoryStore();
    const session = options.session ?? new Session(shared, own);
    const trunk = options.trunk ?? new Trunk(url, open);
    const positions = options.positions ?? new Positions(shared);
    const api = new Api({ url, room, fetch, clock, token: () => session.token });
    this.clock = clock;
    this.session = session;
    this.api = api;
    this.outbox = new Outbox(own, room);
    const road = () => this.connection.road;
    const renew = () => this.connection.renew();
    const changed = () => this.changed();
    this.view = new RoomView({
      ...{ room, api, clock, session, positions, road, changed, keep: options.keep },
      wanted: options.receipts ?? (() => true),
      applied: (applied) => this.settle(applied),
      found: (id) => void this.outbox.remove(id),
      giveUp: renew,
    });
    const cursor = () => this.view.timeline.cursor;
    this.connection = new Connection(
      { room, trunk, clock, api, session, cursor, attended: () => this.attended },
      this.onConnection(),
    );
    const { outbox } = this;
    this.sender = new Sender({ outbox, clock, road, changed: () => this.settle(NOTHING_NEW), unauthorized: renew });
    this.typingSignal = new TypingSignal(clock, (typing) => {
      // Whoever does not hear of it misses little.
      road()
        ?.type(typing)
        .catch(() => undefined);
    });
  }

  get state(): ChatState {
    const { session } = this;
    return {
      phase: this.phase,
      carrier: this.connection.carrier,
      nickname: session.nickname,
      selves: session.selves,
      outbox: this.outbox.items,
      problem: this.problem,
      ...this.view.shown,
    };
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
    this.outbox.drop();
    if (this.phase === 'out') this.changed();
    else this.goOut();
  }

  /** Leaves for now: what has not been sent waits for the next time. */
  goOut(): void {
    const { token } = this.session;
    this.typingSignal.sent();
    this.connection.stop();
    this.exit(undefined);
    if (token !== undefined) void this.api.leave(token).catch(() => undefined);
  }

  /**
   * Says something; gives the id under which it goes out, now or whenever there is a way.
   *
   * @throws OutboxFull when too much waits already
   */
  send(text: string): string {
    const id = newMessageId();
    this.outbox.add({ id, text, at: this.clock.date().getTime() });
    this.typingSignal.sent();
    this.changed();
    this.sender.pump();
    return id;
  }

  /** Sends a refused message again, under the same id. */
  retry(id: string): void {
    this.outbox.retry(id, this.clock.date().getTime());
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
    if (this.view.reading.see(seq)) this.changed();
  }

  /** Others may know from now on how far was read. */
  tellReads(): void {
    this.view.reading.tell();
  }

  /** The room comes to the front, or goes to the back, where it costs less. */
  attend(attended: boolean): void {
    if (attended === this.attended) return;
    this.attended = attended;
    if (attended) this.connection.wake();
    else this.typingSignal.stop();
  }

  /** Loads the page of messages before those that are known. */
  loadEarlier(): Promise<void> {
    return this.view.history.loadEarlier();
  }

  /** Loads what a gap leaves out, or as much of it as one page has. */
  fillGap(key: number): Promise<void> {
    return this.view.history.fill(key);
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
    this.view.clear();
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
    const { view } = this;
    return {
      carrier: (carrier) => {
        // Who types is told over the socket alone, and only when it changes.
        if (carrier !== 'websocket' && carrier !== 'long-polling') view.typing({ users: [] });
        this.changed();
        this.sender.pumpNow();
      },
      entered: () => this.onEntered(),
      state: (state) => view.state(state),
      events: (payload) => view.events(payload),
      pulse: (payload) => view.pulse(payload),
      presence: (payload) => view.presence(payload),
      typing: (payload) => view.typing(payload),
      reads: (payload) => view.reads(payload),
      marks: (reads) => view.marks(reads),
      people: (list) => view.people(list),
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
    this.view.reading.renew();
    this.api.reads().then(
      ({ reads }) => this.view.marks(reads),
      () => undefined,
    );
  }

  /** What came in settles what went out, by whichever way it was sent. */
  private settle({ added, reset }: Applied): void {
    for (const { id } of added) {
      this.outbox.remove(id);
      this.sender.done(id);
    }
    // After a reset the seqs begin again: what was acknowledged before it is gone with the old log.
    this.outbox.removeSent(reset ? Infinity : this.view.timeline.seq);
    this.changed();
  }

  private changed(): void {
    const { state } = this;
    for (const listener of this.listeners) listener(state);
  }
}
