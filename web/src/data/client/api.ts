import createClient from 'openapi-fetch';
import type { paths } from '../../../../openapi/generated/chat.js';
import { within, type Clock } from './clock.js';
import type {
  JoinAnswer,
  MessagePage,
  ReadList,
  Room,
  RoomList,
  RoomState,
  SendAnswer,
  SendCommand,
  UserList,
} from './contract.js';
import { isProblem, Refused, Unreachable } from './errors.js';

/** An answer that takes longer is taken for none. */
const PATIENCE_MS = 10_000;

export interface ApiOptions {
  /** The server's origin; empty for the page's own. */
  url: string;
  room: string;
  fetch: (request: Request) => Promise<Response>;
  clock: Clock;
  token: () => string | undefined;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The REST calls of the contract. Each gives the answer, or throws `Refused` or `Unreachable`. */
export class Api {
  private readonly client;

  constructor(private readonly options: ApiOptions) {
    this.client = createClient<paths>({
      baseUrl: options.url,
      fetch: (request) => options.fetch(request),
      cache: 'no-store',
    });
  }

  join(nickname: string): Promise<JoinAnswer> {
    return this.call((init) =>
      this.client.POST('/api/chat/join', { ...init, body: { nickname, room: this.options.room } }),
    );
  }

  send(command: SendCommand): Promise<SendAnswer> {
    return this.call((init) =>
      this.client.POST('/api/chat/send', { ...init, body: { ...command, room: this.options.room } }),
    );
  }

  /** What came after a cursor. */
  events(since: string | undefined): Promise<RoomState> {
    const query = { room: this.options.room, ...(since !== undefined && { since }) };
    return this.call((init) => this.client.GET('/api/chat/events', { ...init, params: { query } }));
  }

  heartbeat(): Promise<UserList> {
    return this.call((init) => this.client.POST('/api/chat/heartbeat', { ...init, body: { room: this.options.room } }));
  }

  users(): Promise<UserList> {
    const query = { room: this.options.room };
    return this.call((init) => this.client.GET('/api/chat/users', { ...init, params: { query } }));
  }

  /**
   * The page of messages before a seq, oldest first. Like {@link reads}, nobody asks it: a call with a token
   * is a sign of life, which would keep a person online who closes the page soon after.
   */
  history(before: number, limit: number): Promise<MessagePage> {
    const query = { room: this.options.room, before, limit };
    return this.call((init) => this.client.GET('/api/chat/messages', { ...init, params: { query } }), '');
  }

  typing(typing: boolean): Promise<unknown> {
    const body = { room: this.options.room, typing };
    return this.call((init) => this.client.POST('/api/chat/typing', { ...init, body }));
  }

  read(seq: number): Promise<unknown> {
    const body = { room: this.options.room, seq };
    return this.call((init) => this.client.POST('/api/chat/read', { ...init, body }));
  }

  reads(): Promise<ReadList> {
    const query = { room: this.options.room };
    return this.call((init) => this.client.GET('/api/chat/reads', { ...init, params: { query } }), '');
  }

  rooms(): Promise<RoomList> {
    return this.call((init) => this.client.GET('/api/chat/rooms', init));
  }

  createRoom(name: string, title: string): Promise<Room> {
    return this.call((init) => this.client.POST('/api/chat/rooms', { ...init, body: { name, title } }));
  }

  /** Says goodbye with a token that may no longer be the session's when the call goes out. */
  async leave(token: string): Promise<void> {
    const headers = { Authorization: `Bearer ${token}` };
    await this.client.POST('/api/chat/leave', { headers, keepalive: true, body: { room: this.options.room } });
  }

  private async call<T>(
    request: (init: { signal: AbortSignal; headers: Record<string, string> }) => Promise<Answer<T>>,
    token = this.options.token(),
  ): Promise<T> {
    const abort = new AbortController();
    const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
    let answer: Answer<T>;
    try {
      const sent = request({ signal: abort.signal, headers });
      answer = await within(this.options.clock, PATIENCE_MS, sent, () => new Unreachable());
    } catch {
      // Aborting after the answer is harmless; before it, it frees the connection.
      abort.abort();
      throw new Unreachable();
    }
    if (isProblem(answer.error)) throw new Refused(answer.error);
    if (answer.response.status === 204) return undefined as T;
    if (!answer.response.ok || typeof answer.data !== 'object' || answer.data === null) throw new Unreachable();
    return answer.data;
  }
}
