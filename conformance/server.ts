import { setTimeout as sleep } from 'node:timers/promises';
import type { JoinAnswer, MessagePage, Problem, RoomState, SendAnswer } from '../openapi/generated/chat.ts';
import { call as ask, type Call } from './call.ts';
import { contract, isA } from './contract.ts';

export interface Answer<Body = any> {
  status: number;
  headers: Headers;
  type: string;
  body: Body;
}

/** How long a server that asks us to wait is obeyed before it counts as one that does not answer, in ms. */
const OBEYED_FOR = 60_000;

/** What is not answered by then is not answered, in ms. */
const ANSWERED_WITHIN = 40_000;

/** The server in question, over REST. Every answer is held against the contract. */
export class Server {
  readonly #joined: { token: string; room: string }[] = [];
  #names = 0;

  /** Where it is, without `/api`. */
  readonly url: string;
  /** How long what is promised at once may take, in ms. */
  readonly patience: number;

  constructor(url: string, patience: number) {
    this.url = url.replace(/\/$/, '');
    this.patience = patience;
  }

  /** Waits as long as it is told to by a 429, and calls again. */
  async call(method: string, path: string, call: Call = {}): Promise<Answer> {
    const end = Date.now() + OBEYED_FOR;
    for (;;) {
      const answer = await this.#once(method, path, call);
      const wait = Math.max(
        50,
        (answer.body as Problem)?.retryAfterMs ?? Number(answer.headers.get('retry-after')) * 1000,
      );
      if (answer.status !== 429 || Date.now() + wait > end) return answer;
      await sleep(wait);
    }
  }

  get<Body = any>(path: string, call?: Call): Promise<Answer<Body>> {
    return this.call('GET', path, call);
  }

  post<Body = any>(path: string, body?: unknown, call?: Call): Promise<Answer<Body>> {
    return this.call('POST', path, { body, ...call });
  }

  /** A nickname that nobody else has. */
  newName(): string {
    return `Kit ${process.pid}-${Date.now().toString(36)}-${++this.#names}`;
  }

  /** A new person in the room, who leaves with {@link leave}. */
  async join(room: string): Promise<JoinAnswer> {
    const { body, status } = await this.post<JoinAnswer>('/api/chat/join', { nickname: this.newName(), room });
    if (status !== 201) throw new Error(`joining answered ${status}: ${JSON.stringify(body)}`);
    this.#joined.push({ token: body.token, room });
    return body;
  }

  async send(room: string, token: string, text: string, id: string = crypto.randomUUID()): Promise<SendAnswer> {
    const { body, status } = await this.post<SendAnswer>('/api/chat/send', { room, id, text }, { token });
    if (status !== 201 && status !== 200) throw new Error(`sending answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async events(room: string, since?: string, wait?: number): Promise<RoomState> {
    const query = new URLSearchParams({ room, ...(since && { since }), ...(wait && { wait: String(wait) }) });
    return (await this.get<RoomState>(`/api/chat/events?${query}`)).body;
  }

  async page(room: string, query: Record<string, string> = {}): Promise<MessagePage> {
    return (await this.get<MessagePage>(`/api/chat/messages?${new URLSearchParams({ room, ...query })}`)).body;
  }

  /** Everyone who joined is gone again. */
  async leave(): Promise<void> {
    const people = this.#joined.splice(0);
    await Promise.allSettled(people.map(({ token, room }) => this.post('/api/chat/leave', { room }, { token })));
  }

  async #once(method: string, path: string, call: Call): Promise<Answer> {
    const signal = AbortSignal.timeout(ANSWERED_WITHIN);
    const judge = { contract, expect: isA };
    const { data: body, ...answer } = await ask(this.url, method, path, judge, { ...call, signal });
    return { ...answer, body };
  }
}
