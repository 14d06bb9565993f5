import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { it } from '@jest/globals';

it('openapi/generated is what the tools make of the contract', async () => {
  await promisify(execFile)(process.execPath, ['scripts/contract.mjs', '--check']);
});
