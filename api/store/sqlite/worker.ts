import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Calls, Request, WorkerOptions } from './protocol.js';

/** Runs the calls that come from {@link SqliteLogStore}, one after the other, on this thread. */
const { options, extension } = workerData as { options: WorkerOptions; extension: string };
// By name: this file also runs as it stands, where there is no built one yet.
const { Database } = (await import(`./database.${extension}`)) as typeof import('./database.js');
const { MIGRATIONS } = (await import(`./schema.${extension}`)) as typeof import('./schema.js');

let database: Calls | undefined;

parentPort!.on('message', ({ id, name, args }: Request) => {
  parentPort!.postMessage(run(id, name, args));
  if (name === 'close') parentPort!.close();
});

function run(id: number, name: keyof Calls, args: unknown[]): Answer {
  try {
    database ??= new Database(options, MIGRATIONS);
    const call = database[name] as (...args: unknown[]) => ReturnType<Calls[keyof Calls]>;
    return { id, ok: true, value: call.apply(database, args) };
  } catch (error) {
    return { id, ok: false, message: (error as Error).message };
  }
}
