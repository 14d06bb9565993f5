import { type Random, randomFrom } from '../support/random.js';
import type { Accident, Weather } from './network/faults.js';

export const CARRIERS = ['websocket', 'polling', 'upgrading', 'long-poll', 'interval', 'stream'] as const;

/** How a client follows the room. */
export type CarrierName = (typeof CARRIERS)[number];

export interface PlannedClient {
  /** `page` is the page's own client, which chooses its carrier itself. */
  carrier: CarrierName | 'page';
  /** Whether it acts without a token where that is possible. */
  guest: boolean;
}

export type Step =
  | { do: 'say'; client: number; count: number; size: number; atOnce: boolean; accident?: Accident }
  | { do: 'say again'; client: number }
  | { do: 'say wrong'; client: number; how: 'empty' | 'long' | 'other text' }
  | { do: 'drop' | 'reset'; client: number }
  | { do: 'accident'; client: number; accident: Accident }
  | { do: 'weather'; client: number; weather: Weather }
  | { do: 'heal'; client: number }
  | { do: 'switch'; client: number; to: CarrierName }
  | { do: 'leave'; client: number }
  | { do: 'come back'; client: number; to: CarrierName }
  | ServerStep;

/** What is done to a node, to its wire to Redis, or to Redis. */
export type Harm = 'kill' | 'pause' | 'cut' | 'silence' | 'slow' | 'kill redis' | 'pause redis' | 'empty redis';

/** What happens to servers; a harm lasts until it is mended. */
export type ServerStep =
  { do: 'kill' } | { do: 'harm'; harm: Harm; node: number } | { do: 'mend'; harm: Harm; node: number };

/** All that a seed decides. */
export interface Plan {
  seed: number;
  store: 'memory' | 'sqlite' | 'redis';
  /** CHAT_HISTORY_LIMIT. */
  history: number;
  /** How often something is done to the servers; then they are the seed's own. */
  kills: number;
  clients: PlannedClient[];
  /** Each with how much the room goes on, in things seen, before the next; it may be given more milliseconds for that. */
  steps: { step: Step; then: number; within?: number }[];
}

export const SHARED_HISTORIES = [200, 3];
export const OWN_HISTORIES = [200, 20, 5, 2, 1];

/** One seed in so many kills its server. */
const KILLS_EVERY = 6;
const SIZES = [10, 10, 40, 200, 4_000];

export function planOf(seed: number, only?: Plan['store']): Plan {
  const random = randomFrom(seed);
  const kills = random.below(KILLS_EVERY) === 0 ? 1 + random.below(2) : 0;
  const chosen = random.pick(['memory', 'sqlite'] as const);
  const clients = Array.from({ length: 3 + random.below(4) }, (): PlannedClient => {
    return { carrier: random.pick(CARRIERS), guest: random.below(4) === 0 };
  });
  if (random.below(2) === 0) clients[0] = { carrier: 'page', guest: false };
  return {
    seed,
    store: only ?? chosen,
    history: random.pick(kills > 0 ? OWN_HISTORIES : SHARED_HISTORIES),
    kills,
    clients,
    steps: stepsOf(random, clients, kills),
  };
}

function stepsOf(random: Random, clients: PlannedClient[], kills: number): Plan['steps'] {
  const away = new Set<number>();
  const steps: Plan['steps'] = [];
  const add = (step: Step) => steps.push({ step, then: random.below(6) });
  const count = 15 + random.below(20);
  const killAt = new Set(Array.from({ length: kills }, (_, n) => 4 + Math.floor((n * count) / kills)));
  for (let n = 0; n < count; n++) {
    if (killAt.has(n)) add({ do: 'kill' });
    add(stepOf(random, clients, away));
  }
  for (const client of away) add({ do: 'come back', client, to: random.pick(CARRIERS) });
  return steps;
}

function stepOf(random: Random, clients: PlannedClient[], away: Set<number>): Step {
  const client = random.below(clients.length);
  const isPage = clients[client]!.carrier === 'page';
  const to = random.pick(CARRIERS);
  if (away.has(client)) {
    away.delete(client);
    return { do: 'come back', client, to };
  }
  switch (random.below(12)) {
    case 0:
      return { do: random.pick(['drop', 'reset'] as const), client };
    case 1:
      return { do: 'accident', client, accident: random.pick(['swallow', 'replay', 'cut-request', 'cut-answer']) };
    case 2:
    case 3:
      return { do: 'weather', client, weather: random.pick(['stall', 'refuse', 'delay', 'split']) };
    case 4:
      return { do: 'heal', client };
    case 5:
      if (isPage) break;
      return { do: 'switch', client, to };
    case 6:
      if (isPage) break;
      away.add(client);
      return { do: 'leave', client };
    case 7:
      if (isPage) break;
      if (random.below(2) === 0) return { do: 'say again', client };
      return { do: 'say wrong', client, how: random.pick(['empty', 'long', 'other text']) };
  }
  const accident = random.pick([undefined, undefined, 'swallow', 'swallow', 'replay', 'cut-answer'] as const);
  return {
    do: 'say',
    client,
    count: 1 + random.below(4),
    size: random.pick(SIZES),
    atOnce: random.below(2) === 0,
    ...(accident && { accident }),
  };
}
