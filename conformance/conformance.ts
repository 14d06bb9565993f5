import type { Promised } from './promised.ts';
import { LOG } from './promises/log.ts';
import { RECOVERY } from './promises/recovery.ts';
import { REST } from './promises/rest.ts';
import { SOCKETS } from './promises/sockets.ts';
import { Server } from './server.ts';
import { Rooms, Trial } from './trial.ts';

export const PROMISES: Promised[] = [...LOG, ...RECOVERY, ...SOCKETS, ...REST];

export interface Finding {
  promise: string;
  kept: boolean;
  /** What is not as promised. */
  because?: string;
}

/** A promise that takes longer counts as broken, in ms. */
const LIMIT = 45_000;

/**
 * Tries a server's promises, and leaves nothing behind but rooms of its own.
 *
 * @param patience how long what is promised at once may take, in ms
 * @throws Error when the server is not there, or no room can be made in it
 */
export async function conformance(url: string, patience: number, promises = PROMISES): Promise<Finding[]> {
  const host = new Server(url, patience);
  const rooms = await Rooms.of(host);
  const find = (promise: Promised) => tried(promise, new Trial(new Server(url, patience), rooms));
  const slow = promises.filter((promise) => promise.slow).map(find);
  const findings: Finding[] = [];
  for (const promise of promises) if (!promise.slow) findings.push(await find(promise));
  findings.push(...(await Promise.all(slow)));
  await host.leave();
  return findings;
}

async function tried(promised: Promised, trial: Trial): Promise<Finding> {
  const promise = promised.name;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${LIMIT / 1000} s`)), LIMIT);
  });
  try {
    await Promise.race([promised.try(trial), late]);
    return { promise, kept: true };
  } catch (error) {
    return { promise, kept: false, because: told(error) };
  } finally {
    clearTimeout(timer);
    await trial.end();
  }
}

function told(error: unknown): string {
  const { message, actual, expected, generatedMessage } = error as Error & Record<string, unknown>;
  const compared = expected !== undefined && !generatedMessage && typeof expected !== 'boolean';
  const values = compared ? `: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}` : '';
  // The lines below the first compare the two, which is done here in one.
  return (message.split('\n')[0]! + values).slice(0, 600);
}
