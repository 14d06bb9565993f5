import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NOTHING, sum, tally } from './checker/tally.js';
import type { Promised } from './checker/violation.js';
import { onCluster, targetOf } from './cluster-plan.js';
import { Hosts } from './hosts.js';
import { type Plan, planOf } from './plan.js';
import { failureLines } from './report.js';
import { brokenBy, torture } from './torture.js';

/** Among them are both stores, short histories, every kind of client, and two servers that are killed. */
const SEEDS = { from: 3, seeds: 6 };

/** A watchdog for a machine that has much else to do. */
const SLOWLY = 240_000;

const hosts = new Hosts();

afterAll(() => hosts.stop());

describe('the torture', () => {
  it('gives the same plan for the same seed, and another for another', () => {
    expect(planOf(7)).toEqual(planOf(7));
    expect(planOf(7).steps).not.toEqual(planOf(8).steps);
  });

  it('holds the same conversation on a cluster, and makes good in it all that it does to servers', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const plan = planOf(seed);
      const clustered = onCluster(plan);
      expect(onCluster(planOf(seed))).toEqual(clustered);
      const isThere = (each: unknown) => clustered.steps.includes(each as Plan['steps'][number]);
      expect(clustered.clients).toEqual(plan.clients);
      expect(plan.steps.filter(({ step }) => step.do !== 'kill').every(isThere)).toBe(true);
      const harmed = new Set<string>();
      for (const { step } of clustered.steps) {
        if (step.do !== 'harm' && step.do !== 'mend') continue;
        const target = targetOf(step);
        expect(harmed.has(target)).toBe(step.do === 'mend');
        if (step.do === 'harm') harmed.add(target);
        else harmed.delete(target);
      }
      expect([...harmed]).toEqual([]);
    }
  });

  it(
    'breaks no promise, though answers were lost, readers missed something and a server was killed',
    async () => {
      let total = NOTHING;
      const failures: string[] = [];
      await torture(hosts, { ...SEEDS, atOnce: 6 }, (outcome) => {
        total = sum(total, tally(outcome.run));
        if (outcome.violations.length > 0) failures.push(...failureLines(outcome));
      });
      expect(failures).toEqual([]);
      expect(Object.entries(total).filter(([, count]) => count === 0)).toEqual([]);
    },
    SLOWLY,
  );
});

describe('a bug on purpose', () => {
  /** What the checker has to say of each. */
  const bugs: [string, Promised][] = [
    ['skip', 'no silent loss'],
    ['double', 'one order'],
    ['swap', 'one order'],
    ['alter', 'once'],
    ['partial', 'recovered is whole'],
    ['miscount', 'missed is exact'],
    ['forget', 'acknowledged means kept'],
    ['deny', 'refusals are told'],
    ['repeat', 'once'],
  ];
  const TRIES = 4;
  const broken = new Map<string, Promised[]>();

  beforeAll(async () => {
    await Promise.all(
      bugs.map(async ([sabotage, promise]) =>
        broken.set(sabotage, await brokenBy(hosts, { sabotage }, promise, TRIES)),
      ),
    );
  }, SLOWLY);

  it.each(bugs)('in a running server is noticed and named (%s)', (bug, promise) => {
    expect(broken.get(bug)).toContain(promise);
  });
});
