import { type Random, randomFrom } from '../support/random.js';
import { NODES } from './cluster.js';
import { type Harm, OWN_HISTORIES, type Plan, type ServerStep, SHARED_HISTORIES, type Step } from './plan.js';

/** One seed in so many leaves its cluster alone. */
const HARMLESS_EVERY = 3;
const HARMS: Harm[] = [
  ...(['kill', 'kill', 'pause', 'pause', 'cut', 'silence', 'slow'] as const),
  ...(['kill redis', 'kill redis', 'pause redis', 'empty redis'] as const),
];
const MOST_HARMS = 5;
/** Steps from a harm to its end, at most. */
const LONGEST = 8;

/** Its random numbers are not those of the conversation. */
const OWN_NUMBERS = 0x0c1d5;

/** What a harm is done to; only one at a time is done to the same. */
export function targetOf(step: ServerStep): string {
  if (step.do === 'kill') return 'server';
  if (step.harm.endsWith('redis')) return 'redis';
  return `${step.harm === 'kill' || step.harm === 'pause' ? 'node' : 'wire'} ${step.node}`;
}

/** The same conversation on several nodes, with what is done to them. */
export function onCluster(plan: Plan): Plan {
  const random = randomFrom(plan.seed ^ (OWN_NUMBERS << 8));
  const isHarmed = random.below(HARMLESS_EVERY) > 0;
  const history = random.pick(isHarmed ? OWN_HISTORIES : SHARED_HISTORIES);
  const steps = plan.steps.filter(({ step }) => step.do !== 'kill');
  const harms = isHarmed ? harmsOf(random, steps.length) : [];
  const harmed = [...merged(random, steps, harms, plan.clients.length)];
  return { ...plan, store: 'redis', history, kills: harms.length, steps: harmed };
}

interface PlannedHarm {
  harm: Harm;
  node: number;
  /** Before which steps it begins and ends. */
  from: number;
  to: number;
}

function harmsOf(random: Random, steps: number): PlannedHarm[] {
  const harms: PlannedHarm[] = [];
  for (let count = 1 + random.below(MOST_HARMS); count > 0; count--) {
    const from = random.below(steps);
    const planned = { harm: random.pick(HARMS), node: random.below(NODES), from };
    const to = Math.min(steps, from + 1 + random.below(LONGEST));
    const target = targetOf({ do: 'harm', ...planned });
    const isFree = harms.every((other) => {
      return targetOf({ do: 'harm', ...other }) !== target || other.to < from || to < other.from;
    });
    if (isFree) harms.push({ ...planned, to });
  }
  return harms;
}

/** Something is always said into a harm. */
function sayOf(random: Random, clients: number): Step {
  const [client, count] = [random.below(clients), 1 + random.below(6)];
  return { do: 'say', client, count, size: 10, atOnce: random.below(2) === 0 };
}

function* merged(
  random: Random,
  steps: Plan['steps'],
  harms: PlannedHarm[],
  clients: number,
): Generator<Plan['steps'][number]> {
  for (let n = 0; n <= steps.length; n++) {
    for (const { harm, node } of harms.filter(({ to }) => to === n)) {
      yield { step: { do: 'mend', harm, node }, then: random.below(6) };
    }
    for (const { harm, node } of harms.filter(({ from }) => from === n)) {
      yield { step: sayOf(random, clients), then: random.below(12) };
      yield { step: { do: 'harm', harm, node }, then: 0 };
      // Long enough that somebody notices, however little is seen meanwhile.
      yield { step: sayOf(random, clients), then: random.below(60), within: 200 + random.below(2_500) };
    }
    if (n < steps.length) yield steps[n]!;
  }
}
