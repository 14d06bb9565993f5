import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

describe('docs/scaling.md', () => {
  it('shows what the simulation prints, from what was measured', () => {
    const [, shown] = /^```text\n(.*?)^```$/ms.exec(readFileSync('docs/scaling.md', 'utf8'))!;
    expect(shown).toBe(execFileSync(process.execPath, ['scripts/scale/simulate.mjs'], { encoding: 'utf8' }));
  });
});
