import type { Api } from './api.js';
import { backoff, type Clock } from './clock.js';
import type {
  ConnectAuth,
  JoinAnswer,
  Problem,
  Read,
  RoomState,
  SendAnswer,
  SendCommand,
  UserList,
} from './contract.js';
import { Refused } from './errors.js';

const POLL_MS = 2_000;
/** In a room that nobody looks at; still a sign of life, well before the person would be stale. */
const CALM_POLL_MS = 12_000;
const HEARTBEAT_MS = 10_000;
/** While nothing gets through. */
const LONGEST_RETRY_MS = 10_000;
/** One lost answer is no lost connection. */
const MISSES_UNTIL_DOWN = 2;

export interface RestListener {
  joined(answer: JoinAnswer): void;
  state(state: RoomState): void;
  people(list: UserList): void;
  marks(reads: readonly Read[]): void;
  up(): void;
  down(): void;
  /** As on the socket: it is tried again unless stopped. */
  refused(problem: Problem, shown: ConnectAuth): void;
}

export interface RestCarrierOptions {
  api: Api;
  clock: Clock;
  /** Who asks, and from which cursor. */
  auth: () => ConnectAuth;
  nickname: () => string;
  /** Whether the room is the one that is looked at. */
  attended: () => boolean;
}

/**
 * The room over plain REST calls: short ones, at an interval, because they get through where nothing that
 * lasts does. Keeps asking while started.
 */
export class RestCarrier {
  up = false;
  private running = false;
  private asking = false;
  private askAgain = false;
  private misses = 0;
  private heardAt = 0;
  /** An answer to a question from before a stop is not listened to. */
  private generation = 0;
  private cancelTimer: () => void = () => undefined;

  constructor(
    private readonly options: RestCarrierOptions,
    private readonly listener: RestListener,
  ) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.misses = 0;
    this.heardAt = this.options.clock.now();
    this.askNow();
  }

  stop(): void {
    this.running = false;
    this.up = false;
    this.asking = false;
    this.generation++;
    this.cancelTimer();
  }

  /** Asks without waiting for the interval to end. */
  askNow(): void {
    if (!this.running) return;
    if (this.asking) this.askAgain = true;
    else void this.ask(this.generation);
  }

  async send(command: SendCommand): Promise<SendAnswer> {
    const answer = await this.options.api.send(command);
    this.askNow();
    return answer;
  }

  type(typing: boolean): Promise<unknown> {
    return this.options.api.typing(typing);
  }

  mark(seq: number): Promise<unknown> {
    return this.options.api.read(seq);
  }

  private async ask(generation: number): Promise<void> {
    const { api, auth, nickname } = this.options;
    const current = () => generation === this.generation;
    this.cancelTimer();
    this.asking = true;
    this.askAgain = false;
    const shown = auth();
    try {
      if (shown.token === undefined) {
        const joined = await api.join(nickname());
        if (current()) this.listener.joined(joined);
      }
      const state = current() && (await api.events(auth().since));
      if (state && current()) this.onAnswer(state);
      if (current()) await this.beat(current);
    } catch (error) {
      if (current()) this.onError(error, shown);
    } finally {
      if (current()) this.asking = false;
      if (current()) this.schedule();
    }
  }

  private onAnswer(state: RoomState): void {
    this.misses = 0;
    this.listener.state(state);
    if (this.up) return;
    this.up = true;
    this.listener.up();
  }

  private async beat(current: () => boolean): Promise<void> {
    const now = this.options.clock.now();
    if (now - this.heardAt < HEARTBEAT_MS) return;
    this.heardAt = now;
    const list = await this.options.api.heartbeat();
    if (current()) this.listener.people(list);
    const { reads } = await this.options.api.reads();
    if (current()) this.listener.marks(reads);
  }

  private onError(error: unknown, shown: ConnectAuth): void {
    this.misses++;
    if (error instanceof Refused && !error.passing) return this.listener.refused(error.problem, shown);
    if (this.up && this.misses < MISSES_UNTIL_DOWN) return;
    this.up = false;
    this.listener.down();
  }

  private schedule(): void {
    if (this.askAgain) return this.askNow();
    const pollMs = this.options.attended() ? POLL_MS : CALM_POLL_MS;
    const ms = this.misses === 0 ? pollMs : backoff(this.misses - 1, POLL_MS / 2, LONGEST_RETRY_MS);
    this.cancelTimer = this.options.clock.after(ms, () => this.askNow());
  }
}
