/**
 * `npm run contract:compat`: whether clients that were made for the last release go on working with the contract as it
 * is now. What breaks them needs a new major version, below 1.0.0 too.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { eventCalls } from './event-calls.mjs';
import { breaks, hasOasdiff } from './oasdiff.mjs';
import { refuse } from './build.mjs';

const RELEASED = 'openapi/released';

const documents = [
  { kind: 'openapi', path: 'openapi/chat.openapi.yaml', calls: (document) => document },
  { kind: 'asyncapi', path: 'openapi/generated/chat.asyncapi.yaml', calls: eventCalls },
];

const read = (path) => parse(readFileSync(path, 'utf8'), { merge: true });
const numbers = (version) => version.split('.').map(Number);
const byVersion = (a, b) =>
  numbers(a)
    .map((n, at) => n - numbers(b)[at])
    .find(Boolean) ?? 0;

/** Says why the contract may not be released as it is; nothing when it may. */
export function objection(before, after, calls) {
  const [from, to] = [before.info.version, after.info.version];
  if (byVersion(to, from) < 0) return `it is ${to}, and ${from} was released`;
  if (from === to) {
    return JSON.stringify(before) === JSON.stringify(after)
      ? undefined
      : `${from} was released, and is not what it was`;
  }
  if (numbers(to)[0] > numbers(from)[0]) return undefined;
  const broken = breaks(calls(before), calls(after));
  return broken.length > 0
    ? [`clients of ${from} would break, so ${to} is not enough:`, ...broken].join('\n  ')
    : undefined;
}

function check() {
  if (!hasOasdiff()) {
    const say = process.env.CHAT_TEST_STRICT === '1' ? refuse : console.warn;
    return say('NOT CHECKED: whether the contract breaks clients, for want of Go to build oasdiff with (go.dev).');
  }
  for (const { kind, path, calls } of documents) {
    const released = readdirSync(RELEASED).filter((name) => name.endsWith(`.${kind}.yaml`));
    const [last] = released
      .map((name) => name.replace(`.${kind}.yaml`, ''))
      .sort(byVersion)
      .slice(-1);
    if (!last) {
      console.log(`${path}: nothing of it was released yet`);
      continue;
    }
    const why = objection(read(`${RELEASED}/${last}.${kind}.yaml`), read(path), calls);
    if (why) refuse(`${path}: ${why}`);
    console.log(`${path}: breaks no client of ${last}`);
  }
}

if (import.meta.main) check();
