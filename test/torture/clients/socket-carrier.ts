import { io } from 'socket.io-client';
import type { Ack } from '../../../openapi/events.js';
import type { Problem, RoomEvents, RoomJoined, RoomPulse, SendAnswer } from '../../../openapi/generated/chat.js';
import { expectSchema } from '../../support/contract.js';
import { TestSocket, TRANSPORTS } from '../../support/socket.js';
import { again, ANSWER_WITHIN, type Carrier, type Follower } from './carrier.js';
import { Lost, Refused } from './errors.js';

/** The stock client, with waits for a fast network. */
export class SocketCarrier implements Carrier {
  readonly #client: TestSocket;
  #link = 0;
  #stopped = false;

  constructor(
    private readonly follower: Follower,
    private readonly over: keyof typeof TRANSPORTS,
  ) {
    const socket = io(`${follower.url}/chat/${follower.room}`, {
      auth: (give) => give(this.#auth()),
      transports: TRANSPORTS[over],
      forceNew: true,
      autoConnect: false,
      reconnectionDelay: 20,
      reconnectionDelayMax: 100,
      timeout: 2_000,
    });
    this.#client = new TestSocket(socket);
    this.#client.onRecord = (name, payload) => this.#take(name, payload);
    socket.on('connect_error', (error) => this.#onError(error));
    // The stock client comes back by itself unless the server closed the door.
    socket.on('disconnect', (reason) => reason === 'io server disconnect' && void this.#comeBack());
  }

  start(): void {
    this.#client.socket.connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#client.leave();
    this.#client.drop();
    try {
      this.#client.check();
    } catch (error) {
      this.follower.wrong(error);
    }
  }

  async send(message: { id: string; text: string }): Promise<SendAnswer> {
    let answer: Ack<unknown>;
    try {
      answer = await this.#client.socket.timeout(ANSWER_WITHIN).emitWithAck('message:send', message);
    } catch {
      throw new Lost('no acknowledgement');
    }
    expectSchema(answer.ok ? 'AckOk' : 'AckRefused', answer);
    if (!answer.ok) throw new Refused(answer.problem);
    expectSchema('SendAnswer', answer.data);
    return answer.data as SendAnswer;
  }

  #auth(): object {
    const { token, nickname, cursor } = this.follower;
    this.#link = this.follower.asked(this.over, cursor);
    return { ...(token === undefined ? { nickname } : { token }), since: cursor };
  }

  #take(name: string, payload: unknown): void {
    const { follower } = this;
    if (this.#stopped) return;
    if (name === 'room:joined') {
      follower.confirm((payload as RoomJoined).you.token);
      follower.answered(this.#link, payload as RoomJoined);
    }
    if (name === 'room:events') follower.told(this.#link, payload as RoomEvents);
    if (name === 'room:pulse') {
      follower.journal.note(follower.name, { kind: 'pulse', link: this.#link, pulse: payload as RoomPulse });
    }
  }

  #onError(error: Error & { data?: unknown }): void {
    if (error.data === undefined) return;
    this.follower.renew((error.data as Problem).code);
    void this.#comeBack();
  }

  async #comeBack(): Promise<void> {
    await again(this.follower);
    if (!this.#stopped) this.#client.socket.connect();
  }
}
