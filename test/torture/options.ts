import { parseArgs } from 'node:util';

export const USAGE = `npm run torture -- [options]

  --seed N        this one seed
  --seeds N       so many seeds, 100 unless told otherwise
  --from N        the first of them, 1 unless told otherwise
  --minutes N     no new seed after so many minutes
  --at-once N     so many at the same time, 6 unless told otherwise
  --store NAME    memory or sqlite, whatever the seed says; or redis: three nodes on a redis-server, which are
                  killed, paused and cut off
  --gather        servers make everything wait that may wait, to be told together with what comes meanwhile
  --sabotage BUG  a bug on purpose, of test/torture/sabotage.mjs; the run has to fail
  --scenario slow-readers   1,000 readers, of which 10 stop reading for a while`;

const STORES = ['memory', 'sqlite', 'redis'] as const;

const whole = (name: string, text: string) => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} must be a whole number`);
};

/**
 * Reads the command line.
 *
 * @throws Error of one line
 */
export function readOptions(args: string[]) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      seed: text,
      seeds: { ...text, default: '100' },
      from: { ...text, default: '1' },
      minutes: { ...text, default: '1000' },
      'at-once': { ...text, default: '6' },
      store: text,
      sabotage: text,
      scenario: text,
      gather: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { seed, sabotage, scenario, gather, help } = values;
  const store = STORES.find((name) => name === values.store);
  if (store !== values.store) throw new Error('--store is memory, sqlite or redis');
  if (scenario !== undefined && scenario !== 'slow-readers') throw new Error('the only --scenario is slow-readers');
  const from = whole('from', seed ?? values.from);
  return {
    help,
    scenario,
    sabotage,
    gather,
    store,
    from,
    seeds: seed === undefined ? whole('seeds', values.seeds) : 1,
    minutes: whole('minutes', values.minutes),
    atOnce: Math.max(1, whole('at-once', values['at-once'])),
  };
}
