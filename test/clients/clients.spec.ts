import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { missing } from '../../scripts/client.mjs';
import { addressed, pattern, run } from '../support/printed.js';
import { startServer, stopServers } from '../support/server.js';
import { LANGUAGES } from './languages.js';
import { END_OF_BLOCK, readPage } from './pages.js';

const STRICT = process.env['CHAT_TEST_STRICT'] === '1';
/** Set by `npm run test:clients`. They build clients from nothing, which takes minutes. */
const ASKED_FOR = process.env['CHAT_TEST_CLIENTS'] === '1';
const MINUTES = 60_000;
/** What every language's conversation prints. */
const TOLD = readFileSync('test/clients/conversation.txt', 'utf8');
const TOLD_LIVE = readFileSync('test/clients/live.txt', 'utf8');

/** A folder for everything, and in it the project as a stranger finds it; the pages make their own beside it. */
let work: string;
let project: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'chat-clients-'));
  project = join(work, 'live-chat-room');
  mkdirSync(project);
  const parts = ['package.json', 'scripts', 'openapi', 'node_modules'];
  for (const part of parts) symlinkSync(resolve(part), join(project, part));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));
afterEach(stopServers);

function bash(script: string, cwd: string, language: string, url: string) {
  const env = {
    ...process.env,
    CHAT: url,
    HERE: resolve('test/clients', language),
    CARGO_TARGET_DIR: resolve('node_modules/.cache/clients/cargo'),
    CARGO_PROFILE_DEV_DEBUG: '0',
  };
  return run('bash', ['-euo', 'pipefail', '-c', script], { cwd, env });
}

/** Past Jest, which keeps to itself what a file says of which all tests are skipped. */
const warn = (what: string) => process.stderr.write(`NOT TESTED: ${what}\n`);

describe.each(LANGUAGES)('a client in $name', ({ name, needs, folder, conversation, live }) => {
  const lacking = ASKED_FOR ? missing(needs) : [];
  if (!ASKED_FOR) warn(`the client in ${name}. Run "npm run test:clients".`);
  else if (lacking.length > 0) warn(`the client in ${name}. Install ${lacking.join(', ')}.`);
  const test = ASKED_FOR && (lacking.length === 0 || STRICT) ? it : it.skip;

  test(
    'is made, built and used as its page says',
    async () => {
      const { url } = await startServer();
      const { script, printed } = readPage(name);
      const { code, stdout, stderr } = await bash(addressed(script, url), project, name, url);
      if (code !== 0) throw new Error(stdout + stderr);
      const outputs = stdout.split(`${END_OF_BLOCK}\n`);
      expect(printed.some((block) => block !== '')).toBe(true);
      for (const [at, block] of printed.entries()) expect(outputs[at]).toMatch(pattern(block));
    },
    15 * MINUTES,
  );

  test(
    'holds the conversation over REST',
    async () => {
      const { url } = await startServer();
      const { code, stdout, stderr } = await bash(conversation, join(work, folder), name, url);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: TOLD, stderr });
    },
    5 * MINUTES,
  );

  if (!live) return;
  test(
    'holds the conversation over Socket.IO',
    async () => {
      const { url } = await startServer();
      const { code, stdout, stderr } = await bash(live, join(work, folder), name, url);
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: TOLD_LIVE, stderr });
    },
    5 * MINUTES,
  );
});
