import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

/** A folder for the tests of one file, which is gone when they are done; gives paths that nobody has used. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'chat-test-'));
  let files = 0;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, newFile: () => join(folder, `${++files}.sqlite`) };
}
