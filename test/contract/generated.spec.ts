import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

it('openapi/generated/chat.ts is what the tool makes of the contract', async () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [tool, ...flags] = scripts['contract:types'].split(' ');
  const { stdout } = await promisify(execFile)(`node_modules/.bin/${tool}`, flags);
  expect(readFileSync('openapi/generated/chat.ts', 'utf8')).toBe(stdout);
});
