import { backoff, type Clock } from './clock.js';
import type {
  ConnectAuth,
  PresenceChanged,
  Problem,
  ReadChanged,
  RoomEvents,
  RoomJoined,
  RoomPulse,
  SendAnswer,
  SendCommand,
  TypingChanged,
} from './contract.js';
import { isProblem, Refused, Unreachable } from './errors.js';
import type { RoomSocket, Trunk } from './trunk.js';
import type { Ack } from '../../../../openapi/events.js';

export type SocketTransport = 'websocket' | 'long-polling';

/** An attempt that has not brought `room:joined` by then is given up. */
const ATTEMPT_MS = 12_000;
const ACK_MS = 8_000;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

export interface SocketListener {
  joined(state: RoomJoined, transport: SocketTransport): void;
  events(payload: RoomEvents): void;
  pulse(payload: RoomPulse): void;
  presence(payload: PresenceChanged): void;
  typing(payload: TypingChanged): void;
  reads(payload: ReadChanged): void;
  transport(transport: SocketTransport): void;
  /** The connection was there and is gone. */
  down(): void;
  /** An attempt came to nothing. */
  failed(): void;
  /** The server does not let us in, with what we showed it; it is tried again unless stopped. */
  refused(problem: Problem, shown: ConnectAuth): void;
}

export interface SocketCarrierOptions {
  room: string;
  trunk: Trunk;
  clock: Clock;
  /** Asked at every connection, so that `since` is the cursor of that moment. */
  auth: () => ConnectAuth;
}

/**
 * The room over Socket.IO: WebSocket, or where that fails long-polling. Keeps trying while started. An
 * attempt listens only once the server has let it in, so that nothing late comes in from an earlier one.
 */
export class SocketCarrier {
  private socket: RoomSocket | undefined;
  private running = false;
  private joined = false;
  private failures = 0;
  private silentAcks = 0;
  private cancelTimer: () => void = () => undefined;
  private forgetEngine: () => void = () => undefined;
  private readonly unacknowledged = new Set<(error: Error) => void>();

  constructor(
    private readonly options: SocketCarrierOptions,
    private readonly listener: SocketListener,
  ) {}

  get up(): boolean {
    return this.joined;
  }

  start(delayMs = 0): void {
    if (this.running) return;
    this.running = true;
    this.failures = 0;
    if (delayMs === 0) this.attempt();
    else this.retryIn(delayMs);
  }

  stop(): void {
    this.running = false;
    this.close();
  }

  /** Tries at once what it would try later; does nothing while connected or under way. */
  retryNow(): void {
    if (this.running && this.socket === undefined) this.attempt();
  }

  /** Gives the connection up for a new one, which begins at the cursor. */
  renew(): void {
    const { socket } = this;
    if (!socket || !this.joined) return;
    this.close();
    this.options.trunk.drop(socket);
    this.listener.down();
    this.attempt();
  }

  send(command: SendCommand): Promise<SendAnswer> {
    return this.ask((socket, acknowledge) => socket.emit('message:send', command, acknowledge));
  }

  type(typing: boolean): Promise<unknown> {
    return this.ask((socket, acknowledge) => socket.emit('typing:set', { typing }, acknowledge));
  }

  mark(seq: number): Promise<unknown> {
    return this.ask((socket, acknowledge) => socket.emit('read:mark', { seq }, acknowledge));
  }

  private ask<T>(emit: (socket: RoomSocket, acknowledge: (answer: Ack<T>) => void) => void): Promise<T> {
    const socket = this.socket;
    // A socket that is not connected would keep the packet and send it whenever it is.
    if (!socket || !this.joined) return Promise.reject(new Unreachable());
    return new Promise<T>((resolve, reject) => {
      this.unacknowledged.add(reject);
      const cancel = this.options.clock.after(ACK_MS, () => {
        reject(new Unreachable());
        if (++this.silentAcks >= 2) this.renew();
      });
      emit(socket, (answer) => {
        cancel();
        this.silentAcks = 0;
        this.unacknowledged.delete(reject);
        if (answer.ok) resolve(answer.data);
        else reject(new Refused(answer.problem));
      });
    });
  }

  private attempt(): void {
    this.close();
    const { room, trunk, clock, auth } = this.options;
    let shown: ConnectAuth = {};
    const socket = trunk.socket(room, (give) => give((shown = auth())));
    this.socket = socket;
    socket.on('connect', () => this.listen(socket));
    socket.on('connect_error', (error) => this.onError(socket, error, shown));
    socket.on('disconnect', () => this.onLost(socket, !this.joined));
    this.cancelTimer = clock.after(ATTEMPT_MS, () => this.onLost(socket, true));
    socket.connect();
    // A connection that closes before it has brought anything is told by the engine alone.
    const { engine } = socket.io;
    const onClose = () => this.onLost(socket, !this.joined);
    const onUpgrade = () => this.joined && this.listener.transport(transportOf(socket));
    engine.on('close', onClose);
    engine.on('upgrade', onUpgrade);
    this.forgetEngine = () => {
      engine.off('close', onClose);
      engine.off('upgrade', onUpgrade);
    };
  }

  private listen(socket: RoomSocket): void {
    const { listener } = this;
    socket.on('room:joined', (state) => this.onJoined(socket, state));
    socket.on('room:events', (payload) => listener.events(payload));
    socket.on('room:pulse', (payload) => listener.pulse(payload));
    socket.on('presence:changed', (payload) => listener.presence(payload));
    socket.on('typing:changed', (payload) => listener.typing(payload));
    socket.on('read:changed', (payload) => listener.reads(payload));
  }

  private onJoined(socket: RoomSocket, state: RoomJoined): void {
    this.cancelTimer();
    this.joined = true;
    this.failures = 0;
    this.silentAcks = 0;
    this.options.trunk.prove(socket);
    this.listener.joined(state, transportOf(socket));
  }

  private onError(socket: RoomSocket, error: Error & { data?: unknown }, shown: ConnectAuth): void {
    if (!isProblem(error.data)) return this.onLost(socket);
    this.close();
    this.retryIn(error.data.retryAfterMs ?? this.nextDelay());
    this.listener.refused(error.data, shown);
  }

  /** @param swallowed the transport looked open, but nothing came through it */
  private onLost(socket: RoomSocket, swallowed = false): void {
    if (socket !== this.socket) return;
    const wasUp = this.joined;
    this.close();
    if (swallowed && this.options.trunk.swallowed(socket)) return this.attempt();
    // Nobody waits for an attempt right after a loss, but a whole room must not come back in one instant.
    this.retryIn(wasUp ? Math.random() * 500 : this.nextDelay());
    if (wasUp) this.listener.down();
    else this.listener.failed();
  }

  private nextDelay(): number {
    return backoff(this.failures++, FIRST_RETRY_MS, LONGEST_RETRY_MS);
  }

  private retryIn(ms: number): void {
    this.cancelTimer();
    if (this.running) this.cancelTimer = this.options.clock.after(ms, () => this.attempt());
  }

  private close(): void {
    this.cancelTimer();
    this.forgetEngine();
    this.forgetEngine = () => undefined;
    this.joined = false;
    const socket = this.socket;
    this.socket = undefined;
    socket?.removeAllListeners();
    socket?.disconnect();
    for (const reject of this.unacknowledged) reject(new Unreachable());
    this.unacknowledged.clear();
  }
}

function transportOf(socket: RoomSocket): SocketTransport {
  return socket.io.engine.transport.name === 'polling' ? 'long-polling' : 'websocket';
}
