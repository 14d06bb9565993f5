import { buildStale } from '../../scripts/build.mjs';
import { NOTHING, sum, tally } from './checker/tally.js';
import { Hosts } from './hosts.js';
import { readOptions, USAGE } from './options.js';
import { failureLines } from './report.js';
import { torture } from './torture.js';

const NEWS_EVERY = 50;

async function main(): Promise<boolean> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(USAGE) === undefined;
  buildStale();
  if (options.scenario) return (await import('./slow-readers/slow-readers.js')).slowReaders(console.log);
  return seeds(options);
}

async function seeds({ minutes, ...options }: ReturnType<typeof readOptions>): Promise<boolean> {
  const hosts = new Hosts();
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const { from, store, sabotage, gather } = options;
  const given = [store && `--store ${store}`, sabotage && `--sabotage ${sabotage}`, gather && '--gather'];
  const more = given
    .filter(Boolean)
    .map((option) => ` ${option}`)
    .join('');
  console.log(`seeds from ${from} on, ${options.seeds} of them${more}`);
  let [done, failed, total] = [0, 0, NOTHING];
  try {
    await torture(hosts, { ...options, until: start + minutes * 60_000 }, (outcome) => {
      total = sum(total, tally(outcome.run));
      if (outcome.violations.length > 0) {
        failed++;
        for (const text of failureLines(outcome, more)) console.log(text);
      }
      if (++done % NEWS_EVERY === 0) console.log(`${done} seeds, ${failed} of them broke a promise, ${seconds()}`);
    });
  } finally {
    await hosts.stop();
  }
  console.log(
    Object.entries(total)
      .map(([what, count]) => `${count} ${what}`)
      .join(', '),
  );
  console.log(`${done} seeds, ${failed} of them broke a promise, ${seconds()}`);
  return failed === 0;
}

main().then(
  (fine) => process.exit(fine ? 0 : 1),
  (error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exit(2);
  },
);
