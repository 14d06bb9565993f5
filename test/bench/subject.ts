import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Channel } from './channel.ts';
import { onCore } from './machine.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** No limit stands between the load and what is measured; the bounds on memory stay. */
const OURS = {
  ...Object.fromEntries(['SEND', 'JOIN', 'ROOMS', 'TYPING', 'POLL'].map((name) => [`CHAT_LIMIT_${name}`, 'off'])),
  CHAT_MAX_CONNECTIONS_PER_ADDRESS: '20000',
  CHAT_MAX_CONNECTIONS: '20000',
  CHAT_MAX_PEOPLE_PER_ROOM: '10000',
  CHAT_MAX_ROOMS: '2000',
  CHAT_MAX_WAITING_POLLS_PER_ADDRESS: '10000',
  CHAT_MAX_WAITING_POLLS: '10000',
};

export type Protocol = 'socket.io' | 'raw';

/** What can be measured: this server, and what it is compared with. */
export const SUBJECTS = {
  ours: { title: 'this server', entry: '../../dist/api/main.js', protocol: 'socket.io' },
  stock: { title: 'stock Socket.IO', entry: './baselines/stock.ts', protocol: 'socket.io' },
  nest: { title: 'Nest gateway', entry: './baselines/nest.ts', protocol: 'socket.io' },
  raw: { title: 'raw ws', entry: './baselines/raw.ts', protocol: 'raw' },
  'one-write': { title: 'one write a message', entry: './baselines/one-write.ts', protocol: 'raw' },
  'rest-express': { title: 'Nest on Express', entry: './baselines/rest-express.ts', protocol: 'raw' },
  'rest-fastify': { title: 'Nest on Fastify', entry: './baselines/rest-fastify.ts', protocol: 'raw' },
  lossy: { title: 'a server that loses messages', entry: './baselines/lossy.ts', protocol: 'raw' },
} as const satisfies Record<string, { title: string; entry: string; protocol: Protocol }>;

export type SubjectName = keyof typeof SUBJECTS;

/** CPU time in microseconds, of all threads. */
export interface Usage {
  user: number;
  system: number;
}

/** A measured server in a process of its own, on a core of its own. */
export class Subject {
  readonly name: SubjectName;
  readonly #environment: Record<string, string>;
  #child?: ChildProcess;
  #channel?: Channel;
  #ended?: Promise<unknown>;
  url = '';
  /** Lines it has logged since it was first started, its address not counted. */
  logged = 0;

  constructor(name: SubjectName, environment: Record<string, string> = {}) {
    this.name = name;
    this.#environment = environment;
  }

  get protocol(): Protocol {
    return SUBJECTS[this.name].protocol;
  }

  /** Resolves when it listens; a second start takes the same port again. */
  async start(): Promise<this> {
    const flags = ['--expose-gc', '--disable-warning=ExperimentalWarning', '--import', here('./probe.mjs')];
    const [program, args] = onCore(0, process.execPath, [...flags, here(SUBJECTS[this.name].entry)]);
    const PORT = this.url === '' ? '0' : new URL(this.url).port;
    const env = { PATH: process.env['PATH'], HOST: '127.0.0.1', ...OURS, ...this.#environment, PORT };
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    this.#channel = new Channel(child, this.name);
    this.#ended = once(child, 'close');
    let said = '';
    for (const output of [child.stdout!, child.stderr!]) {
      output.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-2_000);
        this.logged += text.split('\n').length - 1;
      });
    }
    const tooSoon = this.#ended.then(() => Promise.reject(new Error(`${this.name} ended: ${said}`)));
    tooSoon.catch(() => undefined);
    while (!/http:\S+/.test(said)) await Promise.race([once(child.stdout!, 'data'), tooSoon]);
    this.logged--;
    this.url = /http:\S+/.exec(said)![0].replace('localhost', '127.0.0.1');
    return this;
  }

  /** @throws Error when it has so much to do that it does not answer within so many milliseconds */
  usage(patience = 30_000): Promise<Usage> {
    return this.#channel!.ask('usage', undefined, patience);
  }

  /** In bytes; `held` takes the garbage out first. */
  memory(how: 'memory' | 'held'): Promise<NodeJS.MemoryUsage> {
    return this.#channel!.ask(how);
  }

  startProfile(): Promise<void> {
    return this.#channel!.ask('startProfile');
  }

  stopProfile<Profile>(): Promise<Profile> {
    return this.#channel!.ask('stopProfile');
  }

  async stop(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }
}
