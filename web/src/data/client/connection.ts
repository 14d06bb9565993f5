import type { Api } from './api.js';
import type { Clock } from './clock.js';
import type {
  ConnectAuth,
  PresenceChanged,
  Problem,
  Read,
  ReadChanged,
  RoomEvents,
  RoomPulse,
  RoomState,
  TypingChanged,
  User,
  UserList,
} from './contract.js';
import { Refused, Unreachable } from './errors.js';
import { RestCarrier, type RestListener } from './rest-carrier.js';
import type { Road } from './sender.js';
import type { Session } from './session.js';
import { SocketCarrier, type SocketListener, type SocketTransport } from './socket-carrier.js';
import type { Trunk } from './trunk.js';

/** What carries the room now. */
export type Carrier = 'connecting' | SocketTransport | 'rest-polling' | 'offline';

export interface ConnectionListener {
  carrier(carrier: Carrier): void;
  /** Let in, or let in again. */
  entered(): void;
  state(state: RoomState): void;
  events(payload: RoomEvents): void;
  pulse(payload: RoomPulse): void;
  presence(payload: PresenceChanged): void;
  people(list: UserList): void;
  typing(payload: TypingChanged): void;
  reads(payload: ReadChanged): void;
  /** All marks there are. */
  marks(reads: readonly Read[]): void;
  /** Not let in, or not any more: there is no sense in going on by itself. */
  out(error: Refused | Unreachable): void;
}

export interface ConnectionOptions {
  room: string;
  trunk: Trunk;
  clock: Clock;
  api: Api;
  session: Session;
  cursor: () => string | undefined;
  /** Whether the room is the one that is looked at. */
  attended: () => boolean;
}

/** So long the socket is given to get through before REST takes over. */
const SOCKET_PATIENCE_MS = 4_500;
const SOCKET_RETRY_MS = 5_000;
/** Identities that are refused one after the other, before it is left to the carriers' own patience. */
const RENEWALS = 3;
const OTHER_TAB_MS = 1_000;

/**
 * Two carriers that take turns: the socket, and REST calls while the socket does not get through. Both go
 * on from the same cursor, so that nothing is lost or doubled when one takes over from the other.
 */
export class Connection {
  private readonly socket: SocketCarrier;
  private readonly rest: RestCarrier;
  private running = false;
  /** Whether the server has ever let us in since the start; until then a refusal or a failure is final. */
  private inside = false;
  private renewals = 0;
  private now: Carrier = 'connecting';
  private cancelPatience: () => void = () => undefined;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly listener: ConnectionListener,
  ) {
    const { session, cursor } = options;
    const auth = (): ConnectAuth => ({ ...session.credentials, since: cursor() });
    this.socket = new SocketCarrier({ ...options, auth }, this.onSocket());
    this.rest = new RestCarrier({ ...options, auth, nickname: () => session.nickname }, this.onRest());
  }

  get carrier(): Carrier {
    return this.now;
  }

  /** The way for a message, if there is one. */
  get road(): Road | undefined {
    if (this.socket.up) return this.socket;
    return this.rest.up ? this.rest : undefined;
  }

  /** @param inside the person was in the room already, and stays there whether it can be reached or not */
  start(inside: boolean): void {
    this.stop();
    this.running = true;
    this.inside = inside;
    this.renewals = 0;
    this.turnTo('connecting');
    this.socket.start();
    this.awaitSocket();
  }

  stop(): void {
    this.running = false;
    this.cancelPatience();
    this.socket.stop();
    this.rest.stop();
  }

  /** Tries at once what it would try later. */
  wake(): void {
    this.socket.retryNow();
    this.rest.askNow();
  }

  /** Does not trust the connection any more; the next one proves the identity and the cursor anew. */
  renew(): void {
    this.socket.renew();
    this.rest.askNow();
  }

  private awaitSocket(): void {
    this.cancelPatience();
    this.cancelPatience = this.options.clock.after(SOCKET_PATIENCE_MS, () => this.fallBack());
  }

  private fallBack(): void {
    this.cancelPatience();
    if (!this.running || this.socket.up) return;
    // Through two doors at once, the one would find the nickname taken by the other.
    if (this.options.session.token === undefined) this.socket.stop();
    this.rest.start();
  }

  private onSocket(): SocketListener {
    return {
      joined: (state, transport) => {
        this.cancelPatience();
        this.rest.stop();
        this.enter(state.you);
        this.listener.state(state);
        this.turnTo(transport);
      },
      events: (payload) => this.listener.events(payload),
      pulse: (payload) => this.listener.pulse(payload),
      presence: (payload) => this.listener.presence(payload),
      typing: (payload) => this.listener.typing(payload),
      reads: (payload) => this.listener.reads(payload),
      transport: (transport) => this.turnTo(transport),
      down: () => {
        this.turnTo('connecting');
        this.awaitSocket();
      },
      failed: () => this.fallBack(),
      refused: (problem, shown) => this.onRefused(problem, shown, () => this.socket.retryNow()),
    };
  }

  private onRest(): RestListener {
    return {
      joined: ({ user, token }) => {
        this.enter({ ...user, token });
        this.socket.start(SOCKET_RETRY_MS);
      },
      state: (state) => this.listener.state(state),
      people: (list) => this.listener.people(list),
      marks: (reads) => this.listener.marks(reads),
      up: () => {
        const wasOffline = this.now === 'offline';
        this.enter();
        this.turnTo('rest-polling');
        // What lets REST through again may let the socket through too.
        if (wasOffline) this.socket.retryNow();
      },
      down: () => (this.inside ? this.turnTo('offline') : this.leave(new Unreachable())),
      refused: (problem, shown) => this.onRefused(problem, shown, () => this.rest.askNow()),
    };
  }

  private enter(you?: User & { token: string }): void {
    if (you) this.options.session.confirm({ nickname: you.nickname, userId: you.userId, token: you.token });
    this.renewals = 0;
    this.inside = true;
    this.listener.entered();
  }

  private onRefused(problem: Problem, shown: ConnectAuth, again: () => void): void {
    const { session, clock } = this.options;
    switch (problem.code) {
      case 'unauthorized':
      case 'forbidden':
        if (!session.renew(shown.token)) return this.leave(new Refused(problem));
        if (++this.renewals <= RENEWALS) again();
        return;
      case 'nickname-taken':
        // By ourselves: over the other carrier, or in another tab, whose token is about to be there.
        if (session.token !== shown.token || session.adopt()) return again();
        if (!this.inside || ++this.renewals > RENEWALS) return this.leave(new Refused(problem));
        clock.after(OTHER_TAB_MS, again);
        return;
      case 'unavailable':
      case 'internal':
      case 'rate-limited':
        return this.inside ? this.fallBack() : this.leave(new Refused(problem));
      default:
        return this.leave(new Refused(problem));
    }
  }

  private leave(error: Refused | Unreachable): void {
    this.stop();
    this.listener.out(error);
  }

  private turnTo(carrier: Carrier): void {
    this.now = carrier;
    this.listener.carrier(carrier);
  }
}
