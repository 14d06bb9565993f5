import { randomUUID } from 'node:crypto';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type { Ack } from '../../openapi/events.js';
import type { ConnectAuth, Problem, RoomJoined, SendAnswer } from '../../openapi/generated/chat.js';
import { expectAck, expectConnectError } from './asyncapi.js';
import { Recorder } from './recorder.js';

const open: TestSocket[] = [];

export const TRANSPORTS = {
  websocket: ['websocket'],
  polling: ['polling'],
  upgrading: ['polling', 'websocket'],
};

type Auth = Partial<ConnectAuth> | ((give: (auth: object) => void) => void);
type Options = Partial<ManagerOptions & SocketOptions>;

/** A stock client, on a connection of its own. It ends with {@link stopSockets}. */
export function connect(url: string, room: string, auth: Auth = {}, options: Options = {}): TestSocket {
  return connectTo(url, `/chat/${room}`, auth, options);
}

export function connectTo(url: string, namespace: string, auth: Auth = {}, options: Options = {}): TestSocket {
  const socket = io(url + namespace, {
    auth,
    forceNew: true,
    reconnection: false,
    transports: ['websocket'],
    ...options,
  });
  const client = new TestSocket(socket);
  open.push(client);
  return client;
}

/** To be called in `afterEach`; throws if anything that came was not as the contract says. */
export function stopSockets(): void {
  const clients = open.splice(0);
  for (const { socket } of clients) {
    socket.disconnect();
    socket.io.engine?.close();
  }
  for (const client of clients) client.check();
}

export class TestSocket extends Recorder {
  readonly refusals: (Error & { data?: unknown })[] = [];
  /** Why connections ended, by Socket.IO's reasons. */
  readonly ends: string[] = [];

  constructor(readonly socket: Socket) {
    super();
    socket.onAny((name: string, payload: unknown) => this.record(name, payload));
    socket.on('connect_error', (error) => {
      this.refusals.push(error);
      this.wake();
    });
    socket.on('disconnect', (reason) => {
      this.ends.push(reason);
      this.wake();
    });
  }

  /** The n-th time it was let in. */
  async joined(n = 1): Promise<RoomJoined> {
    await this.until(() => this.all('room:joined').length >= n || (n === 1 && this.refusals.length > 0));
    if (this.all('room:joined').length < n) throw this.refusals[0]!;
    return this.all('room:joined')[n - 1]!;
  }

  /** Why it was not let in. */
  async refused(): Promise<Problem> {
    await this.until(() => this.refusals.length > 0);
    const { data } = this.refusals[0]!;
    expectConnectError(data);
    return data as Problem;
  }

  /** Why the n-th connection ended. */
  async ended(n = 1): Promise<string> {
    await this.until(() => this.ends.length >= n);
    return this.ends[n - 1]!;
  }

  /** Sends any event with any arguments, and gives the acknowledgement. */
  async ask(name: string, ...args: unknown[]): Promise<Ack<unknown>> {
    const answer = await new Promise<Ack<unknown>>((resolve) => this.socket.emit(name, ...args, resolve));
    expectAck(name, answer);
    return answer;
  }

  /** Why the event was refused. */
  async refusal(name: string, ...args: unknown[]): Promise<Problem> {
    const answer = await this.ask(name, ...args);
    if (answer.ok) throw new Error(`${name} was done: ${JSON.stringify(answer.data)}`);
    return answer.problem;
  }

  async say(text: string, id: string = randomUUID()): Promise<SendAnswer> {
    const answer = await this.ask('message:send', { id, text });
    if (!answer.ok) throw new Error(`not kept: ${JSON.stringify(answer.problem)}`);
    return answer.data as SendAnswer;
  }

  leave(): void {
    this.socket.disconnect();
  }

  /** Loses the connection as a network does, without a word. */
  drop(): void {
    this.socket.io.engine.close();
  }
}
