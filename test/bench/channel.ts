import type { ChildProcess } from 'node:child_process';

/** How long a child process may take over one answer unless it is told, in milliseconds. */
const PATIENCE = 180_000;

interface Answer {
  id: number;
  answer?: unknown;
  error?: string;
}

interface Waiting {
  resolve: (answer: any) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** Questions to a child process, and its answers. */
export class Channel {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  constructor(child: ChildProcess, name: string) {
    this.#child = child;
    child.on('message', (answer: Answer) => this.#settle(answer));
    child.once('exit', (code, signal) => {
      for (const id of this.#waiting.keys()) this.#settle({ id, error: `${name} ended: ${code ?? signal}` });
    });
  }

  /** @throws Error what the other side threw, or that it has ended or says nothing */
  ask<Result>(ask: string, order?: unknown, patience = PATIENCE): Promise<Result> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle({ id, error: `no answer to ${ask}` }), patience);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#child.send({ id, ask, order }, (error) => error && this.#settle({ id, error: error.message }));
    });
  }

  #settle({ id, answer, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (error === undefined) waiting.resolve(answer);
    else waiting.reject(new Error(error));
  }
}
