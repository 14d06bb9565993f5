import { randomBytes, randomUUID } from 'node:crypto';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import type { Clock } from '../domain/clock.js';
import { formatCursor, parseCursor } from '../domain/cursor.js';
import type { Read, User } from '../domain/event.js';
import { nicknameKey, prepareNickname } from '../domain/nickname.js';
import { invalid, Refusal } from '../domain/problem.js';
import { nicknameTaken, Roster, type RosterBounds } from '../domain/roster.js';
import type { Appended, LogStore } from '../store/log-store.js';
import { type Holder, type Neighbours, noNeighbours, type Word } from '../store/neighbours.js';
import { Reads } from '../realtime/reads.js';
import type { RoomHub } from '../realtime/room-hub.js';
import { Typing } from '../realtime/typing.js';
import type { Room, Rooms } from './rooms.js';

/** A person's calls are expected this often. */
export const HEARTBEAT_SECONDS = 10;
export const STALE_SECONDS = 30;
const GRACE_SECONDS = 5;

/** So long rooms are told how far they have come before others have their turn; milliseconds. */
const PULSE_TURN = 10;

/** Names that are tried before one is suggested that may not be free. */
const SUGGESTIONS = 20;

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
  readonly #typing: Typing;
  readonly #reads: Reads;
  readonly #stop: (() => void)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly store: LogStore,
    private readonly rooms: Rooms,
    private readonly hub: RoomHub,
    bounds: RosterBounds,
    private readonly neighbours: Neighbours = noNeighbours,
  ) {
    this.#typing = new Typing(clock, hub);
    this.#reads = new Reads(clock, hub);
    const times = { grace: GRACE_SECONDS * 1000, stale: STALE_SECONDS * 1000 };
    const watch = {
      present: (room: string, user: User, heard: boolean) => neighbours.present(room, user, heard),
      absent: (room: string, user: User) => neighbours.absent(room, user),
      forgotten: (user: User) => neighbours.release(user),
    };
    const onChange = (room: string, { joined, left }: { joined: User[]; left: User[] }) => {
      for (const user of left) this.#typing.stop(room, user);
      if (left.length > 0) this.rooms.rest(room);
      hub.publish(room, { name: 'presence:changed', payload: { online: this.#roster.online(room), joined, left } });
    };
    this.#roster = new Roster(clock, times, bounds, onChange, watch);
    rooms.onOpened = (room) =>
      neighbours.follow(room, {
        elsewhere: (users) => this.#roster.elsewhere(room, users),
        moved: ({ joined, left }) => this.#roster.moveElsewhere(room, joined, left),
        online: () => this.#roster.online(room),
        heard: (word) => this.#hear(room, word),
      });
    rooms.onClosed = (room) => {
      this.#typing.forget(room);
      this.#reads.forget(room);
      this.#roster.elsewhere(room, []);
      return neighbours.unfollow(room);
    };
  }

  async onModuleInit(): Promise<void> {
    await this.rooms.start();
    this.#stop.push(
      this.clock.every(1000, () => this.#roster.sweep()),
      this.clock.every(HEARTBEAT_SECONDS * 1000, () => void this.#pulse()),
      this.clock.every(60_000, () => void this.#tidy()),
    );
  }

  async onModuleDestroy(): Promise<void> {
    for (const stop of this.#stop) stop();
    await this.store.close();
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

  /**
   * Opens the room here, if there is one; to be awaited before anything else is asked about it.
   *
   * @param since the cursor that will be asked about
   * @throws Refusal `room-not-found`, `unavailable`
   */
  async enter(room: string, since?: string): Promise<string> {
    return (await this.rooms.enter(room, since === undefined ? undefined : parseCursor(since))).name;
  }

  /**
   * Makes the nickname the user's, before anything is told to anyone.
   *
   * @param proven whether a token says that it is
   * @throws Refusal `nickname-taken`, `unavailable`
   */
  async claim(user: User, proven: boolean): Promise<void> {
    await this.#claim({ user, guest: false }, proven);
  }

  /** A call of the user's in the room: they are there. */
  async touch(room: string, user: User, proven: boolean): Promise<void> {
    await this.claim(user, proven);
    this.rooms.get(room);
    this.#roster.touch(room, user);
  }

  async leave(room: string, user: User): Promise<void> {
    this.rooms.get(room);
    this.#roster.leave(room, user);
    await this.neighbours.tell(room, { leave: user });
  }

  /** A connection that makes the user, whose claim was heard, present until {@link disconnect}. */
  connect(room: string, user: User): void {
    this.rooms.get(room);
    this.#roster.connect(room, user);
  }

  /** Ends what {@link connect} began; `heard` as by a call at the end. */
  disconnect(room: string, user: User, onPurpose: boolean, heard?: boolean): void {
    this.#roster.disconnect(room, user, onPurpose, heard);
  }

  /**
   * Keeps a message and tells it to everyone in the room, once for each id.
   *
   * @throws Refusal `room-not-found`, `id-conflict`, `nickname-taken`, `unavailable`
   */
  async send(sender: Sender, { room, id = randomUUID(), text }: Saying): Promise<Appended> {
    this.rooms.get(room);
    if (!('connected' in sender)) {
      // Before the caller is looked at: a repeated call is answered alike even if the name is another's by now.
      const known = await this.store.find(room, { id, text });
      if (known) return { message: known, duplicate: true };
    }
    const speaker = await this.#speaker(sender, room);
    this.#type(room, speaker, false);
    return this.store.append(room, { id, text, userId: speaker.userId, nickname: speaker.nickname });
  }

  /** Where the room stands, from a cursor on; a snapshot without one. */
  state(room: string, since?: string) {
    const { name, log } = this.rooms.get(room);
    const { epoch, seq } = log.cursor;
    const catchup = log.since(since === undefined ? undefined : parseCursor(since));
    return { room: name, epoch, seq, cursor: formatCursor(log.cursor), ...catchup, ...this.users(room) };
  }

  /** A page of history: from this process as far as it reaches back, and then from the store. */
  async page(room: string, limit: number, before?: number) {
    const { name, log } = this.rooms.get(room);
    const { epoch, seq } = log.cursor;
    const newest = log.page(limit, before);
    const rest = limit - newest.length;
    const end = newest[0]?.seq ?? Math.min(before ?? Infinity, log.oldest);
    const older = rest > 0 && end > 1 ? await this.store.history(room, rest, end) : [];
    return { room: name, epoch, seq, cursor: formatCursor({ epoch, seq }), messages: [...older, ...newest] };
  }

  /** Whether a send without a token by that name would be the first of a new guest. */
  async isNewGuest(nickname: string): Promise<boolean> {
    return !this.#roster.guest(nickname) && !(await this.neighbours.holder(nickname))?.guest;
  }

  users(room: string): { online: number; users: User[] } {
    this.rooms.get(room);
    return { online: this.#roster.online(room), users: this.#roster.users(room) };
  }

  position(room: string): { epoch: string; seq: number } {
    return this.rooms.get(room).log.cursor;
  }

  async list() {
    return (await this.rooms.list()).map((room) => ('log' in room ? this.#describe(room) : room));
  }

  /**
   * @throws Refusal `room-exists`, `unavailable`
   */
  async createRoom(name: string, title = name) {
    return this.#describe(await this.rooms.create(name, title));
  }

  setTyping(room: string, user: User, typing: boolean): void {
    this.rooms.get(room);
    // Who has left meanwhile is not typing any more.
    this.#type(room, user, typing && this.#roster.has(room, user));
  }

  /**
   * Moves the user's mark forward.
   *
   * @throws Refusal `validation-failed` when there is no such event yet
   */
  async markRead(room: string, { userId, nickname }: User, seq: number): Promise<void> {
    const { epoch } = this.position(room);
    // Somebody may have read it in another process.
    await this.rooms.enter(room, { epoch, seq });
    if (seq > this.position(room).seq) throw invalid({ field: 'seq', message: 'must be that of an event in the log' });
    const read = { userId, nickname, seq };
    if (await this.store.mark(room, read)) this.#reads.moved(room, read);
  }

  async reads(room: string): Promise<{ reads: Read[] }> {
    this.rooms.get(room);
    return { reads: await this.store.marks(room) };
  }

  #describe({ name, title, log, activeAt }: Room) {
    return { name, title, online: this.#roster.online(name), ...log.cursor, activeAt };
  }

  async #speaker(sender: Sender, room: string): Promise<User> {
    if ('connected' in sender) return sender.connected;
    const { person, nickname } = sender;
    const user = person ?? this.identify(nickname);
    if (person) this.identify(nickname, person);
    const guest = person ? undefined : this.#roster.guest(user.nickname);
    const speaker = await this.#claim({ user: guest ?? user, guest: !person }, person !== undefined);
    this.#roster.touch(room, speaker, !person);
    return speaker;
  }

  /** Answers who has the nickname then: for a guest the one who has it already, wherever that is. */
  async #claim(holder: Holder, proven: boolean): Promise<User> {
    const { user, guest } = holder;
    try {
      this.#roster.claim(user, guest);
    } catch (error) {
      throw error instanceof Refusal && error.code === 'nickname-taken' ? await this.#taken(user.nickname) : error;
    }
    const other = await this.neighbours.claim(holder, proven).catch((error) => {
      this.#roster.withdraw(user);
      throw error;
    });
    if (!other) return user;
    this.#roster.withdraw(user);
    if (!guest || !other.guest) throw await this.#taken(user.nickname);
    return this.#claim(other, false);
  }

  async #taken(nickname: string): Promise<Refusal> {
    const taken = new Set<string>();
    let suggestion = this.#roster.suggest(nickname, taken);
    while (taken.size < SUGGESTIONS && (await this.neighbours.holder(suggestion))) {
      suggestion = this.#roster.suggest(nickname, taken.add(suggestion));
    }
    return nicknameTaken(nickname, suggestion);
  }

  #type(room: string, { userId, nickname }: User, on: boolean): void {
    const user = { userId, nickname };
    const changed = on ? this.#typing.start(room, user) : this.#typing.stop(room, user);
    // As often as it is said, so that it does not fade elsewhere.
    if (on || changed) this.neighbours.say(room, { typing: user, on });
  }

  /** What another process says of the room. */
  #hear(room: string, word: Word): void {
    if ('read' in word) this.#reads.moved(room, word.read);
    else if ('leave' in word) this.#roster.leave(room, word.leave);
    else if (word.on) this.#typing.start(room, word.typing);
    else this.#typing.stop(room, word.typing);
  }

  async #pulse(): Promise<void> {
    let since = this.clock.now();
    for (const name of this.rooms.names()) {
      // Of thousands of rooms, what is said in one does not wait for all others.
      if (this.clock.now() - since >= PULSE_TURN) {
        await new Promise((resolve) => setImmediate(resolve));
        since = this.clock.now();
      }
      const payload = { ...this.position(name), online: this.#roster.online(name) };
      this.hub.publish(name, { name: 'room:pulse', payload });
    }
    await this.rooms.keepListed().catch(() => undefined);
  }

  async #tidy(): Promise<void> {
    const isOccupied = (room: string) => this.#roster.online(room) > 0 || this.hub.hasListeners(room);
    await this.rooms.expire(isOccupied).catch(() => undefined);
    await this.store.prune().catch(() => undefined);
  }
}
