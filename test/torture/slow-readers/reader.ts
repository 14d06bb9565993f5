import type { Socket as TcpSocket } from 'node:net';
import { WebSocket } from 'ws';
import type { RoomEvents, RoomJoined } from '../../../openapi/generated/chat.js';
import type { Journal } from '../record.js';

const ROOM = '/chat/lobby';
const EVENTS = `42${ROOM},["room:events",`;
const JOINED = `42${ROOM},["room:joined",`;
/** Milliseconds. */
const BACK_AFTER = 200;
const PONG_EVERY = 5_000;

/** What all readers are told alike is parsed once. */
export class SharedFrames {
  #last: { frame: Buffer; payload: unknown } | undefined;

  parse(frame: Buffer): unknown {
    if (this.#last && this.#last.frame.equals(frame)) return this.#last.payload;
    const text = frame.toString();
    const payload = JSON.parse(text.slice(text.indexOf('[')))[1] as unknown;
    this.#last = { frame, payload };
    return payload;
  }
}

/** Reads a room over a bare WebSocket, so that a thousand fit into a process; comes back by its cursor. */
export class Reader {
  #ws!: WebSocket;
  #pong: NodeJS.Timeout | undefined;
  #link = 0;
  #token: string | undefined;
  #epoch: string | undefined;
  #stopped = false;
  seq = 0;
  /** How its connections ended. */
  readonly ends: string[] = [];

  constructor(
    readonly name: string,
    private readonly url: string,
    private readonly journal: Journal,
    private readonly frames: SharedFrames,
  ) {}

  open(): void {
    const url = `${this.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    this.#ws = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true });
    this.#ws.on('message', (data) => this.#take(data as Buffer));
    this.#ws.on('error', () => undefined);
    this.#ws.on('close', (code, reason) => this.#closed(code, String(reason)));
  }

  /** Whether it was ever told where the room stands. */
  get isIn(): boolean {
    return this.#epoch !== undefined;
  }

  /**
   * Reads nothing from now on.
   *
   * @param alive it goes on saying that it is there, so that only what it does not read can give it away
   */
  stall(alive: boolean): void {
    this.#tcp.pause();
    const ws = this.#ws;
    if (alive) this.#pong = setInterval(() => ws.readyState === WebSocket.OPEN && ws.send('3'), PONG_EVERY);
  }

  wake(): void {
    clearInterval(this.#pong);
    this.#tcp.resume();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#pong);
    this.#ws?.terminate();
  }

  #take(frame: Buffer): void {
    const start = frame.toString('latin1', 0, EVENTS.length);
    if (start.startsWith('0')) this.#join();
    else if (start === '2') this.#ws.send('3');
    else if (start === EVENTS) {
      const told = this.frames.parse(frame) as RoomEvents;
      this.seq = told.events.at(-1)!.seq;
      this.journal.note(this.name, { kind: 'told', link: this.#link, told });
    } else if (start.startsWith(JOINED)) this.#joined(this.frames.parse(frame) as RoomJoined);
  }

  get #tcp(): TcpSocket {
    return (this.#ws as unknown as { _socket: TcpSocket })._socket;
  }

  #join(): void {
    const since = this.#epoch === undefined ? undefined : `${this.#epoch}:${this.seq}`;
    this.#link = this.journal.nextLink();
    this.journal.note(this.name, { kind: 'asked', link: this.#link, over: 'websocket', ...(since && { since }) });
    const auth = this.#token === undefined ? { nickname: this.name, since } : { token: this.#token, since };
    this.#ws.send(`40${ROOM},${JSON.stringify(auth)}`);
  }

  #joined({ epoch, seq, cursor, recovered, messages, events, missed, you }: RoomJoined): void {
    this.#token = you.token;
    this.#epoch = epoch;
    this.seq = seq;
    const parts = { ...(messages && { messages }), ...(events && { events }), ...(missed !== undefined && { missed }) };
    const answer = { epoch, seq, cursor, recovered, ...parts };
    this.journal.note(this.name, { kind: 'answered', link: this.#link, answer });
  }

  #closed(code: number, reason: string): void {
    if (this.#stopped) return;
    this.ends.push(reason === '' ? String(code) : `${code} ${reason}`);
    this.journal.wake();
    setTimeout(() => !this.#stopped && this.open(), BACK_AFTER);
  }
}
