import { mkdirSync, writeFileSync } from 'node:fs';
import type { Outcome } from './torture.js';

const FOLDER = 'test-output/torture';
const EVIDENCE = 5;

/** What is printed of a seed that broke a promise; the whole record goes into a file. */
export function failureLines({ plan, run, violations }: Outcome, more = ''): string[] {
  mkdirSync(FOLDER, { recursive: true });
  const file = `${FOLDER}/${plan.seed}.json`;
  writeFileSync(file, JSON.stringify({ plan, violations, run }, undefined, 1));
  const promises = Map.groupBy(violations, ({ promise }) => promise);
  const lines = [...promises].flatMap(([promise, broken]) => [
    `  ${promise}, ${broken.length} times:`,
    ...broken.slice(0, EVIDENCE).map(({ client, evidence }) => `    ${client}: ${evidence}`),
  ]);
  const again = `npm run torture -- --seed ${plan.seed}${more}`;
  return [`seed ${plan.seed} broke a promise (${plan.store}); again: ${again}`, ...lines, `  all of it: ${file}`];
}
