/** `npm run conformance -- URL [--json]`: which promises of the contract a server keeps. */
import { parseArgs } from 'node:util';
import { conformance, type Finding } from './conformance.ts';

const USAGE = 'Usage: npm run conformance -- URL [--json], such as http://localhost:3000';
/** How long what is promised at once may take, in ms, on a slow machine and over a slow line. */
const PATIENCE = 5000;

function read() {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
    if (positionals.length === 1) return { url: new URL(positionals[0]!).href, json: values.json };
  } catch {
    // Told below.
  }
  console.error(USAGE);
  process.exit(2);
}

function print(findings: Finding[]): void {
  for (const { promise, kept, because } of findings) {
    console.log(`${kept ? 'kept  ' : 'BROKEN'}  ${promise}`);
    if (because) console.log(`        ${because.replaceAll('\n', '\n        ')}`);
  }
  const broken = findings.filter(({ kept }) => !kept).length;
  console.log(`\n${findings.length - broken} kept, ${broken} broken`);
}

const { url, json } = read();
try {
  const findings = await conformance(url, PATIENCE);
  if (json) console.log(JSON.stringify(findings, null, 2));
  else print(findings);
  process.exit(findings.every(({ kept }) => kept) ? 0 : 1);
} catch (error) {
  const { message, cause } = error as Error;
  console.error(`${url} cannot be tried: ${cause instanceof Error ? cause.message : message}`);
  process.exit(2);
}
