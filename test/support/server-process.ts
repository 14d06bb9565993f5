import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { UNLIMITED } from './unlimited.js';

/** What is run, from the folder of package.json. */
export const MAIN = 'dist/api/main.js';

const running = new Set<ServerProcess>();

/** How a process ended, and what it printed, line by line. */
export interface Ending {
  code: number | null;
  stdout: string[];
  stderr: string[];
}

/**
 * The built server in a process of its own, as people run it, with nothing in its environment but what is
 * given, and no limits unless they are. It ends with {@link stopProcesses}.
 */
export class ServerProcess {
  #child?: ChildProcess;
  #ending?: Promise<Ending>;
  /** Where it is open. */
  url = '';

  /** @param folder where its package.json is, if not here */
  constructor(
    private readonly environment: Record<string, string> = { HOST: '127.0.0.1' },
    private readonly folder = process.cwd(),
  ) {
    running.add(this);
  }

  /**
   * Resolves when it has printed its address; a second start takes the same port again.
   *
   * @param prelude what a shell is told in front of the server's command line
   */
  async start(prelude?: string): Promise<this> {
    const ended = this.run(prelude).then(({ stderr }) => {
      throw new Error(`the server ended: ${stderr.join('\n')}`);
    });
    const [line] = (await Promise.race([once(this.#child!.stdout!, 'data'), ended])) as [string];
    ended.catch(() => undefined);
    this.url = /http:\S+/.exec(line)![0].replace('localhost', '127.0.0.1');
    return this;
  }

  /** Resolves when it has ended, and all that it printed has come. */
  run(prelude?: string): Promise<Ending> {
    const env = { PORT: this.url === '' ? '0' : new URL(this.url).port, ...UNLIMITED, ...this.environment };
    const [program, args] = prelude
      ? ['sh', ['-c', `${prelude} "$0" ${MAIN}`, process.execPath]]
      : [process.execPath, [MAIN]];
    const child = spawn(program, args, { env, stdio: 'pipe', cwd: this.folder });
    this.#child = child;
    const printed = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => (printed[name] += text));
    }
    const lines = (text: string) => text.split('\n').filter(Boolean);
    this.#ending = once(child, 'close').then(([code]) => {
      return { code: code as number | null, stdout: lines(printed.stdout), stderr: lines(printed.stderr) };
    });
    return this.#ending;
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending | undefined> {
    this.signal(signal);
    return this.#ending;
  }
}

/** To be called in `afterEach` or `afterAll`. */
export async function stopProcesses(): Promise<void> {
  await Promise.all([...running].map((server) => server.stop('SIGKILL')));
  running.clear();
}
