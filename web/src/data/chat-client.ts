import { Api } from './api.js';
import type { ChatState } from './chat-state.js';
import { systemClock, type Clock } from './clock.js';
import { Connection, type ConnectionListener } from './connection.js';
import type { Problem, RoomState, UserList } from './contract.js';
import { Unreachable } from './errors.js';
import { newMessageId } from './message-id.js';
import { Outbox } from './outbox.js';
import { Roster } from './roster.js';
import { Sender } from './sender.js';
import { memoryStore, Session, type KeyValueStore } from './session.js';
import type { OpenSocket } from './socket-carrier.js';
import { Timeline, type Applied } from './timeline.js';

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
}

const NOTHING_NEW: Applied = { added: [], complete: true, reset: false };
/** Questions for what is missing, before the connection itself is mistrusted. */
const RECOVERIES = 5;

/** A person in a room, by whichever way it reaches them. Knows no framework; runs in a page and in Node. */
export class ChatClient {
  private readonly clock: Clock;
  private readonly api: Api;
  private readonly session: Session;
  private readonly outbox: Outbox;
  private readonly roster = new Roster();
  private readonly selves = new Set<string>();
  private readonly connection: Connection;
  private readonly sender: Sender;
  private readonly listeners = new Set<(state: ChatState) => void>();
  private timeline: Timeline;
  private phase: ChatState['phase'] = 'out';
  private problem: Problem | undefined;
  private joining: { resolve: () => void; reject: (error: Error) => void } | undefined;
  private recovering = false;
  private recoverAgain = false;

  constructor(private readonly options: ChatClientOptions) {
    const { url = '', room = 'lobby', open, fetch, clock = systemClock } = options;
    const own = options.own ?? memoryStore();
    const session = new Session(options.shared ?? memoryStore(), own);
    const api = new Api({ url, room, fetch, clock, token: () => session.token });
    this.clock = clock;
    this.session = session;
    this.api = api;
    this.outbox = new Outbox(own);
    this.timeline = new Timeline(options.keep);
    this.connection = new Connection(
      { url, room, open, clock, api, session, cursor: () => this.timeline.cursor },
      this.onConnection(),
    );
    this.sender = new Sender({
      outbox: this.outbox,
      clock,
      road: () => this.connection.road,
      changed: () => this.settle(NOTHING_NEW),
      unauthorized: () => this.connection.renew(),
    });
  }

  get state(): ChatState {
    return {
      phase: this.phase,
      carrier: this.connection.carrier,
      nickname: this.session.nickname,
      selves: new Set(this.selves),
      online: this.roster.online,
      users: this.roster.users,
      entries: this.timeline.entries,
      outbox: this.outbox.items,
      problem: this.problem,
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
    this.begin('in');
    this.outbox.restore();
    this.connection.start(true);
    return true;
  }

  /** Leaves for good: what has not been sent by now is not sent any more. */
  leave(): void {
    const { token } = this.session;
    this.connection.stop();
    this.outbox.clear();
    this.exit(undefined);
    if (token !== undefined) void this.api.leave(token).catch(() => undefined);
  }

  /** Says something; gives the id under which it goes out, now or whenever there is a way. */
  send(text: string): string {
    const id = newMessageId();
    this.outbox.add({ id, text, at: this.clock.now() });
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
    this.roster.set({ online: 0, users: [] });
    this.phase = phase;
    this.problem = undefined;
  }

  private exit(problem: Problem | undefined): void {
    this.session.end();
    this.phase = 'out';
    this.problem = problem;
    this.changed();
  }

  private onConnection(): ConnectionListener {
    return {
      carrier: () => {
        this.changed();
        this.sender.pumpNow();
      },
      entered: () => this.enter(),
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

  private enter(): void {
    if (this.session.userId !== undefined) this.selves.add(this.session.userId);
    if (this.phase === 'joining') this.outbox.restore();
    this.phase = 'in';
    this.joining?.resolve();
    this.joining = undefined;
  }

  private take(state: RoomState): void {
    this.roster.set(state);
    this.settle(this.timeline.apply(state));
  }

  /** What came in settles what went out, by whichever way it was sent. */
  private settle({ added, complete, reset }: Applied): void {
    for (const { id } of added) {
      this.outbox.remove(id);
      this.sender.done(id);
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
