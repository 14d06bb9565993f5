import { io } from 'socket.io-client';
import {
  ChatClient,
  type ChatClientOptions,
  type ChatState,
  type KeyValueStore,
  memoryStore,
} from '../../web/src/data/client/index.js';
import { FakeClock } from './fake-clock.js';

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1';

const open: PageClient[] = [];

export interface Page {
  room?: string;
  /** What outlives a reload, and what all tabs share. */
  own?: KeyValueStore;
  shared?: KeyValueStore;
  transports?: string[];
  online?: boolean;
}

/** The page's client in Node, on a network and with a clock that the test holds. It ends with {@link closePages}. */
export class PageClient {
  readonly clock = new FakeClock();
  /** What gets through. */
  readonly network: { sockets: boolean; rest: boolean };
  /** So many answers to sends get lost, after the server has acted. */
  swallow = 0;
  /** So many packets of events get lost. */
  drop = 0;
  /** Another server that has taken this one's place. */
  elsewhere: string | undefined;
  /** The ids that were sent over REST, each time. */
  readonly posted: string[] = [];
  readonly client: ChatClient;
  readonly own: KeyValueStore;
  readonly shared: KeyValueStore;
  readonly #engines = new Set<{ close(): void }>();
  readonly #gone = new AbortController();

  constructor(
    readonly url: string,
    { room = 'lobby', own = memoryStore(), shared = memoryStore(), transports, online = true }: Page = {},
  ) {
    this.network = { sockets: online, rest: online };
    this.own = own;
    this.shared = shared;
    this.client = new ChatClient({ ...this.ways(transports), url, room, own, shared, clock: this.clock });
    open.push(this);
  }

  /** How it reaches the server. */
  ways(transports?: string[]): Pick<ChatClientOptions, 'open' | 'fetch'> {
    return {
      open: (uri, options) => this.#connect(uri, { ...options, ...(transports && { transports }) }),
      fetch: (request) => this.#fetch(request),
    };
  }

  get state(): ChatState {
    return this.client.state;
  }

  /** What is shown, in short. */
  get shown(): string[] {
    return this.state.entries.map((entry) => {
      if (entry.kind === 'message') return entry.message.text;
      return entry.kind === 'gap' ? `${entry.missed} missed${entry.kept ? '' : ' for good'}` : 'reset';
    });
  }

  /** Waits until `met`, looked at whenever something changes. */
  async until(met: () => boolean): Promise<void> {
    if (met()) return;
    await new Promise<void>((resolve) => {
      const stop = this.client.subscribe(() => {
        if (!met()) return;
        stop();
        resolve();
      });
    });
  }

  /** Takes the network away without a word, or gives it back; only sockets, or all of it. */
  connect(network: Partial<PageClient['network']>): void {
    Object.assign(this.network, network);
    if (!this.network.sockets) this.#cutSockets();
    this.client.wake();
  }

  /** Is gone as when the page is closed: nothing more comes out of it or into it. */
  close(): void {
    this.#gone.abort();
    this.network.rest = this.network.sockets = false;
    this.#cutSockets();
  }

  #cutSockets(): void {
    for (const engine of this.#engines) engine.close();
    this.#engines.clear();
  }

  #connect(uri: string, options: object) {
    const socket = io(this.network.sockets ? this.#aim(uri) : NOWHERE, options);
    const on = socket.on.bind(socket);
    socket.on = (name: string, listener: (...args: any[]) => void) =>
      on(name, (...args: unknown[]) => {
        if (name !== 'room:events' || this.drop-- <= 0) listener(...args);
      });
    socket.io.on('open', () => this.#engines.add(socket.io.engine));
    return socket;
  }

  #aim(address: string): string {
    return address.replace(this.url, this.elsewhere ?? this.url);
  }

  async #fetch(request: Request): Promise<Response> {
    if (!this.network.rest) throw new TypeError('no network');
    const isSend = request.url.endsWith('/send');
    if (isSend) this.posted.push(((await request.clone().json()) as { id: string }).id);
    const aimed = this.elsewhere === undefined ? request : new Request(this.#aim(request.url), request);
    const response = await fetch(aimed, { signal: AbortSignal.any([aimed.signal, this.#gone.signal]) });
    if (!isSend || this.swallow-- <= 0) return response;
    await response.body?.cancel();
    throw new TypeError('the answer got lost');
  }
}

/** To be called in `afterEach`. */
export function closePages(): void {
  for (const page of open.splice(0)) page.close();
}
