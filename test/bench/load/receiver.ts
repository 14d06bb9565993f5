import type { Protocol } from '../subject.ts';
import type { Link, LinkHandlers } from './link.ts';
import { openPolling } from './polling.ts';
import { openWebSocket } from './websocket.ts';

const SEQ = Buffer.from('"seq":');
const TOKEN = Buffer.from('"token":"');
const CURSOR = Buffer.from('"cursor":"');
const QUOTE = 0x22;

/** First bytes of packets: Engine.IO's type, and after a message's that of Socket.IO. */
const [OPEN, PING, MESSAGE, RAW] = [...Buffer.from('024{')];
const [EVENT, ACK, ERROR] = [...Buffer.from('234')];

export interface Place {
  url: string;
  protocol: Protocol;
  transport: 'websocket' | 'polling';
  room: string;
  nickname: string;
}

export interface Listener {
  onJoined(): void;
  onAck(accepted: boolean): void;
  onEnd(why: Error): void;
  /** Of sampled receivers only. */
  onText?: (text: string) => void;
}

/**
 * Somebody in a room. Of what comes it reads the first and the last `seq` of each frame, which is enough to
 * know that nothing is missing between frames; a sampled one reads everything.
 */
export class Receiver {
  readonly place: Place;
  readonly #listener: Listener;
  readonly #namespace: string;
  readonly #name: number;
  #link: Link | undefined;
  #auth: { nickname: string } | { token: string };
  #epoch = '';
  #asked = 0;
  /** The last `seq` it knows; 0 before the first. */
  last = 0;
  events = 0;
  /** Events that were skipped, came again, or came out of order. */
  faults = 0;
  frames = 0;
  /** Packets of the kinds that are not in the log, by the first letter of their names. */
  presence = 0;
  recovered = false;
  joined = false;

  constructor(place: Place, listener: Listener) {
    this.place = place;
    this.#listener = listener;
    this.#namespace = `/chat/${place.room}`;
    // `42/chat/lobby,["room:events"`: where the name of the event begins.
    this.#name = 2 + this.#namespace.length + 3;
    this.#auth = { nickname: place.nickname };
  }

  /** Connects, or connects again with what it learned the first time. */
  connect(): void {
    this.joined = false;
    const { protocol, transport, url } = this.place;
    const handlers: LinkHandlers = {
      onOpen: () => protocol === 'raw' && this.#hasJoined(),
      onPacket: (bytes, start, end) => this.#packet(bytes, start, end),
      onEnd: (why) => this.#listener.onEnd(why),
    };
    const to = new URL(url);
    if (transport === 'polling') this.#link = openPolling(to, handlers);
    else this.#link = openWebSocket(to, '/socket.io/?EIO=4&transport=websocket', handlers);
  }

  send(id: string, text: string): void {
    const command = JSON.stringify({ id, text });
    if (this.place.protocol === 'raw') return this.#link!.send(command);
    this.#link!.send(`42${this.#namespace},${++this.#asked}["message:send",${command}]`);
  }

  close(): void {
    this.#link?.close();
  }

  #packet(bytes: Buffer, start: number, end: number): void {
    const type = bytes[start];
    if (type === RAW) this.#raw(bytes, start, end);
    else if (type === PING) this.#link!.send('3');
    else if (type === OPEN) this.#link!.send(`40${this.#namespace},${JSON.stringify(this.#credentials())}`);
    else if (type === MESSAGE) this.#message(bytes, start, end);
  }

  #message(bytes: Buffer, start: number, end: number): void {
    const type = bytes[start + 1];
    if (type === EVENT) this.#event(bytes, start, end);
    else if (type === ACK) this.#listener.onAck(bytes.toString('latin1', start, start + 120).includes('"ok":true'));
    else if (type === ERROR) this.#listener.onEnd(new Error(`refused: ${bytes.toString('utf8', start, start + 300)}`));
  }

  #event(bytes: Buffer, start: number, end: number): void {
    const name = bytes.toString('latin1', start + this.#name, start + this.#name + 11);
    if (name === 'room:events') this.#events(bytes, start, end, start + this.#name - 2);
    else if (name === 'room:joined') this.#learn(bytes, start, end);
    else if (name === 'presence:ch') this.presence++;
  }

  /** The raw servers send events, and acknowledgements, without an envelope. */
  #raw(bytes: Buffer, start: number, end: number): void {
    if (bytes.toString('latin1', start, start + 5) === '{"ok"') this.#listener.onAck(true);
    else this.#events(bytes, start, end, start);
  }

  #events(bytes: Buffer, start: number, end: number, json: number): void {
    const first = numberAfter(bytes, bytes.indexOf(SEQ, start) + SEQ.length);
    const last = numberAfter(bytes, bytes.lastIndexOf(SEQ, end - 1) + SEQ.length);
    if ((this.last !== 0 && first !== this.last + 1) || last < first) this.faults++;
    this.last = last;
    this.frames++;
    this.events += last - first + 1;
    if (this.#listener.onText) this.#readAll(bytes.toString('utf8', json, end), first, this.#listener.onText);
  }

  #readAll(json: string, first: number, onText: (text: string) => void): void {
    const parsed = JSON.parse(json);
    const { events } = this.place.protocol === 'raw' ? parsed : parsed[1];
    let expected = first;
    for (const { seq, message } of events) {
      if (seq !== expected++) this.faults++;
      if (message) onText(message.text);
    }
  }

  /** Without reading all of it: who is in a full room is told at length. */
  #learn(bytes: Buffer, start: number, end: number): void {
    this.recovered = bytes.toString('latin1', start, start + 400).includes('"recovered":true');
    const cursor = textAfter(bytes, bytes.indexOf(CURSOR, start), CURSOR.length, end);
    const token = textAfter(bytes, bytes.lastIndexOf(TOKEN, end - 1), TOKEN.length, end);
    if (token !== '') this.#auth = { token };
    if (cursor !== '') {
      this.#epoch = cursor.split(':')[0]!;
      this.last = Number(cursor.split(':')[1]);
    }
    this.#hasJoined();
  }

  #credentials() {
    return this.#epoch === '' ? this.#auth : { ...this.#auth, since: `${this.#epoch}:${this.last}` };
  }

  #hasJoined(): void {
    this.joined = true;
    this.#listener.onJoined();
  }
}

function numberAfter(bytes: Buffer, at: number): number {
  let number = 0;
  for (let digit = bytes[at]! - 48; digit >= 0 && digit <= 9; digit = bytes[++at]! - 48) number = number * 10 + digit;
  return number;
}

function textAfter(bytes: Buffer, found: number, skipped: number, end: number): string {
  if (found < 0 || found >= end) return '';
  const from = found + skipped;
  return bytes.toString('latin1', from, bytes.indexOf(QUOTE, from));
}
