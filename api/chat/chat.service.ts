import { randomBytes, randomUUID } from 'node:crypto';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import type { Clock } from '../domain/clock.js';
import { formatCursor, parseCursor } from '../domain/cursor.js';
import type { ChatEvent, User } from '../domain/event.js';
import { nicknameKey, prepareNickname } from '../domain/nickname.js';
import { invalid, Refusal } from '../domain/problem.js';
import { RoomLog } from '../domain/room-log.js';
import { Roster } from '../domain/roster.js';
import type { Appended, LogStore } from '../store/log-store.js';
import type { RoomHub } from '../realtime/room-hub.js';
import { LOBBY, type Room, type Rooms } from './rooms.js';

/** A person's calls are expected this often. */
export const HEARTBEAT_SECONDS = 10;
export const STALE_SECONDS = 30;
const GRACE_SECONDS = 5;

export interface ChatBounds {
  historyLimit: number;
  people: number;
  peoplePerRoom: number;
}

/** Who says it: somebody with a connection open in the room, or a caller with a token or a mere nickname. */
export type Sender = { connected: User } | { person?: User; nickname?: string };

/** What somebody wants to say. */
export interface Saying {
  room: string;
  id?: string;
  text: string;
}

/** The use cases, the one road in for every door. */
export class ChatService implements OnModuleInit, OnModuleDestroy {
  readonly #roster: Roster;
  /** Messages since the process started. */
  kept = 0;
  readonly #stop: (() => void)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly store: LogStore,
    private readonly rooms: Rooms,
    private readonly hub: RoomHub,
    private readonly bounds: ChatBounds,
  ) {
    const times = { grace: GRACE_SECONDS * 1000, stale: STALE_SECONDS * 1000 };
    this.#roster = new Roster(clock, times, bounds, (room, change) => {
      hub.publish(room, { name: 'presence:changed', payload: { online: this.#roster.online(room), ...change } });
    });
  }

  async onModuleInit(): Promise<void> {
    await this.#open(LOBBY, 'Lobby');
    this.#stop.push(
      this.clock.every(1000, () => this.#roster.sweep()),
      this.clock.every(HEARTBEAT_SECONDS * 1000, () => this.#pulse()),
    );
  }

  onModuleDestroy(): void {
    for (const stop of this.#stop) stop();
  }

  /**
   * Who acts: the person of the token, whom a nickname that comes with it must fit, or a new person.
   *
   * @throws Refusal `validation-failed`, `forbidden`
   */
  identify(nickname?: string, person?: User): User {
    const prepared = nickname === undefined ? undefined : prepareNickname(nickname);
    if (!person) {
      if (prepared === undefined) throw invalid({ field: 'nickname', message: 'or a token is needed' });
      return { userId: `u_${randomBytes(9).toString('base64url')}`, nickname: prepared };
    }
    if (prepared !== undefined && nicknameKey(prepared) !== nicknameKey(person.nickname)) {
      throw new Refusal('forbidden', 'The token belongs to another nickname.');
    }
    return person;
  }

  /** Makes the nickname the user's, before anything is told to anyone. */
  claim(room: string, user: User): void {
    this.rooms.get(room);
    this.#roster.claim(user);
  }

  /** A call of the user's in the room: they are there. */
  touch(room: string, user: User): void {
    this.rooms.get(room);
    this.#roster.touch(room, user);
  }

  leave(room: string, user: User): void {
    this.rooms.get(room);
    this.#roster.leave(room, user);
  }

  /** A connection that makes the user present for as long as it is open. */
  connect(room: string, user: User): (onPurpose: boolean) => void {
    this.rooms.get(room);
    this.#roster.connect(room, user);
    return (onPurpose) => this.#roster.disconnect(room, user, onPurpose);
  }

  /**
   * Keeps a message and tells it to everyone in the room, once for each id.
   *
   * @throws Refusal `room-not-found`, `id-conflict`, `nickname-taken`, `unavailable`
   */
  async send(sender: Sender, { room, id = randomUUID(), text }: Saying): Promise<Appended> {
    this.rooms.get(room);
    // Before the sender is looked at: a repeated call is answered alike even if the name is another's by now.
    const known = await this.store.find(room, { id, text });
    if (known) return { message: known, duplicate: true };
    return this.store.append(room, { id, text, ...this.#speaker(sender, room) });
  }

  /** Where the room stands, from a cursor on; a snapshot without one. */
  state(room: string, since?: string) {
    const { name, log } = this.rooms.get(room);
    const { epoch, seq } = log.cursor;
    const catchup = log.since(since === undefined ? undefined : parseCursor(since));
    return { room: name, epoch, seq, cursor: formatCursor(log.cursor), ...catchup, ...this.users(room) };
  }

  page(room: string, limit: number, before?: number) {
    const { name, log } = this.rooms.get(room);
    const { epoch, seq } = log.cursor;
    return { room: name, epoch, seq, cursor: formatCursor(log.cursor), messages: log.page(limit, before) };
  }

  users(room: string): { online: number; users: User[] } {
    this.rooms.get(room);
    return { online: this.#roster.online(room), users: this.#roster.users(room) };
  }

  position(room: string): { epoch: string; seq: number } {
    return this.rooms.get(room).log.cursor;
  }

  list() {
    return this.rooms.list().map(({ name, title, log, activeAt }) => {
      return { name, title, online: this.#roster.online(name), ...log.cursor, activeAt };
    });
  }

  #speaker(sender: Sender, room: string): User {
    if ('connected' in sender) return sender.connected;
    const { person, nickname } = sender;
    const user = this.identify(nickname, person);
    const speaker = person ?? this.#roster.guest(user.nickname) ?? user;
    this.#roster.touch(room, speaker, !person);
    return speaker;
  }

  async #open(name: string, title: string): Promise<void> {
    const follow = (events: ChatEvent[]) => this.#follow(room, events);
    const { epoch, seq, events } = await this.store.open(name, follow);
    const log = new RoomLog(epoch, this.bounds.historyLimit, seq - events.length);
    for (const event of events) log.append(event);
    const room: Room = { name, title, log, activeAt: this.clock.date().toISOString() };
    this.rooms.add(room);
  }

  /** What the store has kept becomes what this process knows and tells, in one step. */
  #follow(room: Room, events: ChatEvent[]): void {
    for (const event of events) room.log.append(event);
    this.kept += events.length;
    room.activeAt = events.at(-1)!.at;
    this.hub.publish(room.name, { name: 'room:events', payload: { epoch: room.log.epoch, events } });
  }

  #pulse(): void {
    for (const { name, log } of this.rooms.list()) {
      this.hub.publish(name, { name: 'room:pulse', payload: { ...log.cursor, online: this.#roster.online(name) } });
    }
  }
}
