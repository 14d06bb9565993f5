/** `npm run bench`: measures this server and what it is compared with; CONTRIBUTING.md has the options. */
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { buildStale } from '../../scripts/build.mjs';
import { Bench, FULL, type Options, QUICK, type Scenario } from './bench.ts';
import { describeMachine, type Machine } from './machine.ts';
import { draw } from './plots.ts';
import { read, type Report, toMarkdown, write } from './report.ts';
import { SCENARIOS } from './scenarios/index.ts';
import type { Section } from './section.ts';

const OUTPUT = 'test-output/bench';

const SHOWN = SCENARIOS.filter(({ onRequest }) => !onRequest);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean' },
    quick: { type: 'boolean' },
    runs: { type: 'string' },
    'write-docs': { type: 'boolean' },
  },
});

if (values.list) {
  for (const { name, title } of SCENARIOS) console.log(`${name.padEnd(16)} ${title}`);
} else {
  await measure(chosen(positionals));
}

async function measure(scenarios: Scenario[]): Promise<void> {
  const options = { ...(values.quick ? QUICK : FULL), ...(values.runs && { runs: wholeNumber(values.runs) }) };
  const machine = describeMachine();
  const others = values['write-docs'] ? measuredBefore(scenarios, machine, options) : [];
  buildStale();
  const bench = new Bench(options);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void bench.stop().then(() => process.exit(130)));
  }
  const sections: Section[] = [];
  for (const scenario of scenarios) sections.push(await attempt(scenario, bench));
  await draw();
  const report: Report = { machine, options, at: new Date().toISOString(), sections };
  write(report, OUTPUT, '.');
  console.log(`\n${toMarkdown(report, OUTPUT)}\n\nAlso in ${OUTPUT}/, with every run in bench.json.`);
  if (!values['write-docs']) return;
  const { writeDocs } = await import('./docs.ts');
  const all = SHOWN.flatMap(({ name }) => [...sections, ...others].filter((section) => section.name === name));
  await writeDocs({ ...report, sections: all });
}

/** What was last measured, in the same way, of the scenarios that are left out this time. */
function measuredBefore(scenarios: Scenario[], machine: Machine, options: Options): Section[] {
  if (values.quick) refuse('A quick bench has no figures for the documents.');
  const leftOut = SHOWN.filter((scenario) => !scenarios.includes(scenario));
  return leftOut.flatMap(({ name }) => {
    const last = read(name, OUTPUT);
    if (last && isDeepStrictEqual([last.machine, last.options], [machine, options])) return last.sections;
    process.stderr.write(`The documents will not have ${name}: it was not measured with the same options.\n`);
    return [];
  });
}

/** What one scenario cannot do keeps none of the others from being measured. */
async function attempt(scenario: Scenario, bench: Bench): Promise<Section> {
  const { name, title } = scenario;
  const from = performance.now();
  process.stderr.write(`${name} `);
  try {
    return { name, title, ...(await scenario.run(bench)) };
  } catch (error) {
    process.exitCode = 1;
    const { message } = error as Error;
    const verdicts = [{ target: 'the scenario can be run', measured: message, met: false }];
    const notes = [`**Could not be measured:** ${message}`];
    return { name, title, how: 'Not measured.', columns: [], rows: [], verdicts, notes, runs: [] };
  } finally {
    process.stderr.write(` ${((performance.now() - from) / 1000).toFixed(0)} s\n`);
  }
}

function chosen(names: string[]): Scenario[] {
  const unknown = names.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown !== undefined) refuse(`There is no scenario ${unknown}; --list tells those that there are.`);
  if (names.length === 0) return SHOWN;
  return SCENARIOS.filter(({ name }) => names.includes(name));
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 100) refuse('--runs is a whole number from 1 to 100.');
  return number;
}

function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}
