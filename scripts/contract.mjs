/** `npm run contract` makes openapi/generated/ of the contract; with `--check` it says whether that was done. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { eventMaps } from './event-maps.mjs';
import { refuse } from './build.mjs';

const OPENAPI = 'openapi/chat.openapi.yaml';
const ASYNCAPI = 'openapi/chat.asyncapi.yaml';

const made = {
  'chat.ts': () => run('openapi-typescript', OPENAPI, '--root-types', '--root-types-no-schema-prefix'),
  'events.ts': () => eventMaps(parse(readFileSync(ASYNCAPI, 'utf8'))),
  // With the schemas that it refers to, so that whoever has the file has all of it.
  'chat.asyncapi.yaml': () => run('redocly', 'bundle', ASYNCAPI),
};

const isCheck = process.argv.includes('--check');
for (const [name, make] of Object.entries(made)) {
  const path = `openapi/generated/${name}`;
  const text = make();
  if (!isCheck) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) refuse(`${path} is not of this contract. Run "npm run contract".`);
}

function run(tool, ...args) {
  return execFileSync(`node_modules/.bin/${tool}`, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
