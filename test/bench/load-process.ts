import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Channel } from './channel.ts';
import type { JoinOrder, JoinReport, ReturnReport, SendOrder, SendReport } from './load/crowd.ts';
import type { RequestOrder, RequestReport } from './load/requests.ts';
import { onCore } from './machine.ts';

/** The load generator, from outside. */
export class Load {
  readonly #child: ChildProcess;
  readonly #channel: Channel;

  constructor() {
    const main = fileURLToPath(new URL('./load/main.ts', import.meta.url));
    const [program, args] = onCore(1, process.execPath, ['--disable-warning=ExperimentalWarning', main]);
    this.#child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#channel = new Channel(this.#child, 'the load generator');
  }

  join = (order: JoinOrder) => this.#channel.ask<JoinReport>('join', order);
  send = (order: SendOrder) => this.#channel.ask<SendReport>('send', order);
  comeBack = () => this.#channel.ask<ReturnReport>('comeBack');
  requests = (order: RequestOrder) => this.#channel.ask<RequestReport>('requests', order);
  hold = (order: { url: string; connections: number }) => this.#channel.ask<void>('hold', order);

  async stop(): Promise<void> {
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
