import type { Scenario } from '../bench.ts';
import { capacity } from './capacity.ts';
import { connections, massJoin, reconnect } from './connections.ts';
import { fanOutMany, fanOuts, longPolling, smoke } from './fan-out.ts';
import { growthReceivers, growthRooms } from './growth.ts';
import { page } from './page.ts';
import { profile } from './profile.ts';
import { restAdapters } from './rest.ts';
import { longPolls, memory, sending } from './work.ts';

/** In the order in which they are run and shown. */
export const SCENARIOS: Scenario[] = [
  ...fanOuts,
  fanOutMany,
  capacity,
  longPolling,
  growthReceivers,
  growthRooms,
  connections,
  massJoin,
  reconnect,
  sending,
  longPolls,
  restAdapters,
  memory,
  page,
  profile,
  smoke,
];
