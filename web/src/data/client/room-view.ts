import type { Api } from './api.js';
import type { ChatState } from './chat-state.js';
import type { Clock } from './clock.js';
import type { ConnectionListener } from './connection.js';
import type {
  PresenceChanged,
  Read,
  ReadChanged,
  RoomEvents,
  RoomPulse,
  RoomState,
  TypingChanged,
  UserList,
} from './contract.js';
import { History } from './history.js';
import type { Positions } from './positions.js';
import { Reading } from './reading.js';
import { Recovery } from './recovery.js';
import { Roster } from './roster.js';
import type { Road } from './sender.js';
import type { Session } from './session.js';
import { Timeline, type Applied } from './timeline.js';

export interface RoomViewOptions {
  room: string;
  api: Api;
  clock: Clock;
  session: Session;
  positions: Positions;
  /** How many entries are kept in memory. */
  keep?: number | undefined;
  road: () => Road | undefined;
  /** Whether others may know how far the person has read. */
  wanted: () => boolean;
  /** What was applied to the log; every change comes through here or `changed`. */
  applied: (applied: Applied) => void;
  /** A message is known that was not followed as an event. */
  found: (id: string) => void;
  changed: () => void;
  /** What is missing could not be had by asking. */
  giveUp: () => void;
}

/** The room as this client knows it, made of whatever a carrier brings, and of what it asks for itself. */
export class RoomView implements Omit<ConnectionListener, 'carrier' | 'entered' | 'out'> {
  readonly timeline: Timeline;
  readonly reading: Reading;
  readonly history: History;
  private readonly roster = new Roster();
  private readonly recovery: Recovery;

  constructor(private readonly options: RoomViewOptions) {
    const { api, changed, found, giveUp: lost, keep } = options;
    const timeline = new Timeline(keep);
    this.timeline = timeline;
    this.reading = new Reading({ ...options, timeline });
    this.history = new History({
      timeline,
      changed,
      page: (before, limit) => api.history(before, limit),
      loaded: ({ messages }) => messages.forEach(({ id }) => found(id)),
    });
    this.recovery = new Recovery({
      timeline,
      events: (cursor) => api.events(cursor),
      take: (state) => this.state(state),
      giveUp: lost,
    });
  }

  get shown(): Omit<ChatState, 'phase' | 'carrier' | 'nickname' | 'selves' | 'outbox' | 'problem'> {
    const { roster, reading, history, timeline } = this;
    const { selves } = this.options.session;
    return {
      online: roster.online,
      users: roster.users,
      typing: roster.typing.filter(({ userId }) => !selves.has(userId)),
      reads: reading.reads,
      position: reading.position,
      unread: reading.unread,
      history: history.state,
      filling: history.filling,
      entries: timeline.entries,
    };
  }

  clear(): void {
    this.timeline.clear();
    this.history.reset();
    this.reading.reset();
    this.roster.clear();
  }

  state(state: RoomState): void {
    this.roster.set(state);
    const isFirst = this.timeline.epoch === undefined;
    const applied = this.timeline.apply(state);
    this.reading.arrive(isFirst);
    if (applied.reset) {
      this.reading.reset();
      this.history.reset();
    }
    this.settle(applied);
  }

  events(payload: RoomEvents): void {
    this.settle(this.timeline.append(payload));
  }

  pulse({ epoch, seq, online }: RoomPulse): void {
    this.roster.online = online;
    this.options.changed();
    if (this.timeline.isBehind(epoch, seq)) void this.recovery.ask();
  }

  presence(payload: PresenceChanged): void {
    this.roster.change(payload);
    this.options.changed();
  }

  people(list: UserList): void {
    this.roster.set(list);
    this.options.changed();
  }

  typing({ users }: TypingChanged): void {
    this.roster.typing = users;
    this.options.changed();
  }

  reads({ reads }: ReadChanged): void {
    this.marks(reads);
  }

  marks(reads: readonly Read[]): void {
    this.reading.take(reads);
    this.options.changed();
  }

  private settle(applied: Applied): void {
    for (const { userId } of applied.added) this.roster.said(userId);
    this.options.applied(applied);
    if (!applied.complete) void this.recovery.ask();
  }
}
