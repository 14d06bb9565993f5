import { pathToFileURL } from 'node:url';
import type { Random } from '../support/random.js';
import type { Way } from './network/link.js';
import type { ServerStep } from './plan.js';

/** What serves a room: one process, or several. */
export interface Servers {
  /** The addresses of all that run, of which each has to give the same answers. */
  readonly urls: string[];
  /** What clients send along with each call, so that the next one may reach another server. */
  readonly headers: Record<string, string>;
  /** Where the connections of one client lead. */
  way(random: Random): Way;
  /** Resolves when it has happened. */
  suffer(step: ServerStep): Promise<void>;
}

/** What one address may have open; here everyone has the same. */
const MANY = '100000';

/** What every server is started with. */
export const ENVIRONMENT = {
  HOST: '127.0.0.1',
  CHAT_MAX_ROOMS: MANY,
  CHAT_MAX_PEOPLE: MANY,
  CHAT_MAX_CONNECTIONS_PER_ADDRESS: MANY,
  CHAT_MAX_WAITING_POLLS_PER_ADDRESS: MANY,
  // As little as may be, so that slow readers are cut here too.
  CHAT_MAX_QUEUED_BYTES: '65536',
};

const loading = (path: string) => `--import=${pathToFileURL(path).href}`;

/** What one with bugs on purpose is started with besides. */
export const SABOTAGE = { NODE_OPTIONS: loading('test/torture/sabotage.mjs') };

/** What one is started with besides that gathers as much as ever it can. */
export const GATHERING = { NODE_OPTIONS: loading('test/torture/gather.mjs'), CHAT_FANOUT_MAX_DELAY_MS: '200' };
