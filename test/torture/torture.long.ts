import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithRedis } from '../support/redis-server.js';
import { NOTHING, sum, tally } from './checker/tally.js';
import type { Promised } from './checker/violation.js';
import { Hosts } from './hosts.js';
import { failureLines } from './report.js';
import { brokenBy, torture } from './torture.js';

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
  const TRIES = 6;
  const broken = new Map<string, Promised[]>();

  beforeAll(async () => {
    await Promise.all(
      bugs.map(async ([sabotage, promise]) =>
        broken.set(sabotage, await brokenBy(hosts, { sabotage, store: 'redis' }, promise, TRIES)),
      ),
    );
  });

  it.each(bugs)('is noticed and named (%s)', (bug, promise) => {
    expect(broken.get(bug)).toContain(promise);
  });
});
