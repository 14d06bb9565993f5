import { check } from './checker/check.js';
import type { Promised, Violation } from './checker/violation.js';
import { onCluster } from './cluster-plan.js';
import { type Hosts, serversFor } from './hosts.js';
import { type Plan, planOf } from './plan.js';
import type { Run } from './record.js';
import { Play } from './run.js';

export interface Outcome {
  plan: Plan;
  run: Run;
  violations: Violation[];
}

export interface TortureOptions {
  from: number;
  seeds: number;
  atOnce: number;
  store?: Plan['store'] | undefined;
  /** The name of a planted bug. */
  sabotage?: string | undefined;
  /** Servers gather as much as ever they can. */
  gather?: boolean;
  /** Of `performance.now()`; no seed begins after it. */
  until?: number;
}

/** Plays one seed: in a room of servers that seeds share, or on servers of its own if they are harmed. */
export async function playSeed(seed: number, hosts: Hosts, options: TortureOptions): Promise<Outcome> {
  if (options.sabotage !== undefined) return playSabotaged(seed, hosts, options.sabotage, options.store);
  const plan = options.store === 'redis' ? onCluster(planOf(seed)) : planOf(seed, options.store);
  const { store, history } = plan;
  const started = { store, history, ...(options.gather && { gathers: true }) };
  const own = plan.kills > 0 ? serversFor(started) : undefined;
  // No other room outlives a restart that loses the log.
  const room = own && store !== 'sqlite' ? 'lobby' : `seed-${seed}`;
  try {
    const servers = await (own?.start() ?? hosts.shared(started));
    return judged(plan, await new Play(plan, servers, room).run());
  } finally {
    await own?.stop();
  }
}

async function playSabotaged(
  seed: number,
  hosts: Hosts,
  bug: string,
  only: Plan['store'] | undefined,
): Promise<Outcome> {
  const store = only ?? 'memory';
  const planned = planOf(seed, store);
  const plan: Plan = {
    ...planned,
    history: 3,
    kills: 0,
    // The page makes good for some of what a server does wrong.
    clients: planned.clients.map((client) =>
      client.carrier === 'page' ? { ...client, carrier: 'websocket' } : client,
    ),
    steps: planned.steps.filter(({ step }) => step.do !== 'kill'),
  };
  const host = await hosts.shared({ store, history: plan.history, sabotaged: true });
  return judged(plan, await new Play(plan, host, `${bug}-${seed}`).run());
}

function judged(plan: Plan, run: Run): Outcome {
  return { plan, run, violations: check(run) };
}

/** Plays seed after seed, several at the same time, and tells of each. Gives how many were played. */
export async function torture(
  hosts: Hosts,
  options: TortureOptions,
  told: (outcome: Outcome) => void,
): Promise<number> {
  const { from, seeds, atOnce, until = Infinity } = options;
  let next = from;
  const work = async () => {
    while (next < from + seeds && performance.now() < until) told(await playSeed(next++, hosts, options));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return next - from;
}

/**
 * What servers with a bug on purpose are found to break, seed by seed until it is what they have to.
 *
 * @param tries so many seeds at most: a bug that has no occasion in one has one in another
 */
export async function brokenBy(
  hosts: Hosts,
  options: Pick<TortureOptions, 'store'> & { sabotage: string },
  promise: Promised,
  tries: number,
): Promise<Promised[]> {
  const broken = new Set<Promised>();
  for (let from = 1; from <= tries && !broken.has(promise); from++) {
    await torture(hosts, { ...options, from, seeds: 1, atOnce: 1 }, ({ violations }) => {
      for (const violation of violations) broken.add(violation.promise);
    });
  }
  return [...broken];
}
