import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Ack } from '../../openapi/events.js';
import type { Event, Message, RoomEvents, RoomJoined, SendAnswer } from '../../openapi/generated/chat.js';
import { post } from './http.js';
import { connect, type TestSocket } from './socket.js';

/** A message of which its sender was told that it is kept. */
export interface Acknowledged {
  id: string;
  seq: number;
  text: string;
}

/** Milliseconds. */
const ACK_TIMEOUT = 3_000;
const BEFORE_AGAIN = 100;

/** So that a test that fails also ends. */
const MOST_ATTEMPTS = 300;

/**
 * A person with a stock client that comes back by itself, and does what a client has to: gives its token and
 * its cursor, and sends again under the same id until it is told that the message is kept.
 */
export class Member {
  readonly client: TestSocket;
  readonly acknowledged: Acknowledged[] = [];
  /** What the log told, each event once. */
  events: Event[] = [];
  /** What must never be: a hole, an event out of order. */
  readonly faults: string[] = [];
  /** How often the room was another one than before. */
  resets = 0;
  /** How often a send was refused, by its code. */
  readonly refusals: string[] = [];
  epoch = '';
  #token?: string;

  constructor(
    url: string,
    readonly room: string,
    readonly nickname: string,
    transports: string[] = ['websocket'],
  ) {
    const auth = (give: (auth: object) => void) => {
      give(this.#token ? { token: this.#token, since: this.cursor } : { nickname });
    };
    const options = { transports, reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 500 };
    this.client = connect(url, room, auth, options);
    this.client.socket.on('room:joined', (joined: RoomJoined) => this.#joined(joined));
    this.client.socket.on('room:events', ({ epoch, events }: RoomEvents) => this.#take(epoch, events));
  }

  get seq(): number {
    return this.events.at(-1)?.seq ?? 0;
  }

  get cursor(): string {
    return `${this.epoch}:${this.seq}`;
  }

  get messages(): Message[] {
    return this.events.flatMap(({ message }) => message ?? []);
  }

  /** Resolves when it is kept; it is sent as often as that takes. */
  async say(text: string): Promise<void> {
    const id = randomUUID();
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const answer = await this.send(id, text).catch(() => undefined);
      if (answer?.ok) return void this.acknowledged.push({ id, text, seq: answer.data.message.seq });
      if (answer) this.refusals.push(answer.problem.code);
      await pause(BEFORE_AGAIN);
    }
    throw new Error(`${text} was never kept`);
  }

  /** One attempt. Rejects when there is no answer in time. */
  send(id: string, text: string): Promise<Ack<SendAnswer>> {
    const { socket } = this.client;
    if (!socket.connected) return Promise.reject(new Error('not connected'));
    return socket.timeout(ACK_TIMEOUT).emitWithAck('message:send', { id, text }) as Promise<Ack<SendAnswer>>;
  }

  /** Waits until it has seen that much of the log. */
  reaches(seq: number): Promise<void> {
    return this.client.until(() => this.seq >= seq);
  }

  #joined({ epoch, messages, events, seq, recovered, missed }: RoomJoined): void {
    this.#token ??= this.client.all('room:joined')[0]!.you.token;
    if (recovered) return this.#take(epoch, events!);
    if (this.epoch !== '' && epoch === this.epoch) this.faults.push(`${this.cursor} was not recovered: ${missed}`);
    if (this.epoch !== '' && epoch !== this.epoch) this.resets++;
    this.epoch = epoch;
    this.events = messages!.map((message) => {
      return { seq: message.seq, type: 'message.created', at: message.sentAt, message };
    });
    if (this.seq !== seq) this.faults.push(`a snapshot up to ${seq} ends with ${this.seq}`);
    this.client.wake();
  }

  #take(epoch: string, events: Event[]): void {
    if (epoch !== this.epoch) this.faults.push(`events of ${epoch} in ${this.epoch}`);
    for (const event of events) {
      if (event.seq !== this.seq + 1) this.faults.push(`${event.seq} after ${this.seq}`);
      this.events.push(event);
    }
    this.client.wake();
  }
}

/** Says so over REST, under one id until it is kept, asking a URL of the list in turn. */
export async function sayByRest(urls: string[], room: string, nickname: string, text: string): Promise<Acknowledged> {
  const id = randomUUID();
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const signal = AbortSignal.timeout(ACK_TIMEOUT);
    const url = urls[attempt % urls.length]!;
    const answer = await post(url, '/api/chat/send', { id, room, nickname, text }, { signal }).catch(() => undefined);
    if (answer?.status === 200 || answer?.status === 201) return { id, text, seq: answer.data.message.seq };
    if (answer && answer.status < 500) throw new Error(`refused: ${JSON.stringify(answer.data)}`);
    await pause(BEFORE_AGAIN);
  }
  throw new Error(`${text} was never kept`);
}

/** Every message that was acknowledged is in every view once, at its place, and all views are one log without a hole. */
export async function expectNothingLost(members: Member[], acknowledged: Acknowledged[]): Promise<void> {
  const top = Math.max(...acknowledged.map(({ seq }) => seq));
  await Promise.all(members.map((member) => member.reaches(top)));
  const longest = members.reduce((most, member) => (member.seq > most.seq ? member : most));
  const log = new Map(longest.messages.map((message) => [message.seq, message]));
  for (const member of members) {
    expect(member.faults).toEqual([]);
    expect(member.messages.filter((message) => log.get(message.seq)?.id !== message.id)).toEqual([]);
    expect(new Set(member.messages.map(({ id }) => id)).size).toBe(member.messages.length);
  }
  expect(acknowledged.filter(({ id, seq }) => log.get(seq)?.id !== id)).toEqual([]);
}
