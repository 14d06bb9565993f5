import assert from 'node:assert/strict';
import { io, type Socket } from 'socket.io-client';
import type { Problem, RoomJoined, SendAnswer } from '../openapi/generated/chat.ts';
import { isA } from './contract.ts';
import { Listener } from './listener.ts';
import type { Server } from './server.ts';

type Auth = { nickname?: string; token?: string; since?: string };

export type Transport = 'websocket' | 'polling';

/** A stock client of Socket.IO in a room, on a connection of its own. */
export class SocketPerson extends Listener {
  readonly socket: Socket;
  #refusal?: Problem;

  readonly auth: Auth;

  constructor(server: Server, room: string, auth: Auth, transport: Transport = 'websocket') {
    super(`a socket over ${transport}`, server.patience);
    this.auth = auth;
    this.socket = io(`${server.url}/chat/${room}`, {
      auth,
      forceNew: true,
      reconnection: false,
      transports: [transport],
    });
    this.socket.onAny((name: string, payload: unknown) => this.record(name, payload));
    this.socket.on('connect_error', (error) => {
      this.#refusal = (error as { data?: Problem }).data ?? ({ detail: error.message } as Problem);
      this.wake();
    });
  }

  async joined(): Promise<RoomJoined> {
    await this.until(() => this.received.length > 0 || this.#refusal !== undefined, 'where the room stands');
    assert.ok(!this.#refusal, `a socket was not let in: ${this.#refusal?.detail}`);
    assert.equal(this.received[0]!.name, 'room:joined', 'the first event is room:joined');
    return this.all('room:joined')[0]!;
  }

  /** Why it was not let in. */
  async refused(): Promise<Problem> {
    await this.until(() => this.received.length > 0 || this.#refusal !== undefined, 'its refusal');
    assert.ok(this.#refusal, `a socket was let in with ${JSON.stringify(this.auth)}`);
    isA('Problem', this.#refusal);
    return this.#refusal;
  }

  /** The acknowledgement of an event. */
  async ask(name: string, payload: unknown): Promise<{ ok: boolean; data?: unknown; problem?: Problem }> {
    const answer = await this.socket
      .timeout(this.patience)
      .emitWithAck(name, payload)
      .catch(() => assert.fail(`${name} was not acknowledged within ${this.patience} ms`));
    isA(answer.ok ? 'AckOk' : 'AckRefused', answer);
    return answer;
  }

  async send(text: string, id: string = crypto.randomUUID()): Promise<SendAnswer> {
    const { ok, data, problem } = await this.ask('message:send', { id, text });
    assert.ok(ok, `message:send was refused: ${problem?.detail}`);
    isA('SendAnswer', data);
    return data as SendAnswer;
  }

  close(): void {
    this.socket.disconnect();
  }
}
