import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithRedis } from '../support/redis-server.js';
import { NOTHING, sum, tally } from './checker/tally.js';
import type { Promised } from './checker/violation.js';
import { Hosts } from './hosts.js';
import { failureLines } from './report.js';
import { torture } from './torture.js';

/** Among them are nodes killed and paused, wires cut, silent and slow, Redis killed, paused and emptied. */
const SEEDS = { from: 4, seeds: 3 };

const hosts = new Hosts();

afterAll(() => hosts.stop());

describeWithRedis('the torture of three nodes on a Redis', () => {
  it('breaks no promise, though nodes and Redis were killed, paused and cut off', async () => {
    let total = NOTHING;
    const failures: string[] = [];
    await torture(hosts, { ...SEEDS, atOnce: 2, store: 'redis' }, (outcome) => {
      total = sum(total, tally(outcome.run));
      if (outcome.violations.length > 0) failures.push(...failureLines(outcome, ' --store redis'));
    });
    expect(failures).toEqual([]);
    expect(Object.entries(total).filter(([, count]) => count === 0)).toEqual([]);
  });
});

describeWithRedis('a bug on purpose in one of three nodes', () => {
  /** What the checker has to say of each. */
  const bugs: [string, Promised][] = [
    ['skip', 'no silent loss'],
    ['order', 'one order'],
    ['forget', 'acknowledged means kept'],
  ];
  /** A bug that has no occasion in one seed has one in another. */
  const TRIES = 6;
  const named = new Map<string, Set<Promised>>();

  beforeAll(async () => {
    await Promise.all(
      bugs.map(async ([sabotage, promise]) => {
        const broken = new Set<Promised>();
        named.set(sabotage, broken);
        for (let from = 1; from <= TRIES && !broken.has(promise); from++) {
          await torture(hosts, { from, seeds: 1, atOnce: 1, store: 'redis', sabotage }, ({ violations }) => {
            for (const violation of violations) broken.add(violation.promise);
          });
        }
      }),
    );
  });

  it.each(bugs)('is noticed and named (%s)', (bug, promise) => {
    expect([...named.get(bug)!]).toContain(promise);
  });
});
