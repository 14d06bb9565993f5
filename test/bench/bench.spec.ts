import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';

let report: { sections: { columns: string[]; rows: string[][]; verdicts: { met: boolean }[]; runs: any[] }[] };
let printed = '';

async function bench(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'test/bench/main.ts', ...args]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe('the bench', () => {
  beforeAll(async () => {
    const { code, output } = await bench('smoke');
    if (code !== 0) throw new Error(output);
    printed = output;
    report = JSON.parse(readFileSync('test-output/bench/smoke.json', 'utf8'));
  });

  const run = (subject: string) => report.sections[0]!.runs.find((measured) => measured.subject === subject).runs[0];

  it('sees that everything is delivered, and counts it', () => {
    for (const subject of ['ours', 'stock']) {
      expect(run(subject)).toMatchObject({ sent: 50, accepted: 50, deliveries: 1_000, missing: 0, faults: 0, cut: 0 });
    }
    expect(report.sections[0]!.verdicts).toEqual([expect.objectContaining({ met: true })]);
  });

  it('measures what it tells: cost, latency, and its own strain', () => {
    for (const subject of ['ours', 'stock']) {
      const { cost, latency, load, rateOut } = run(subject);
      for (const figure of [cost, latency.p50, latency.p99, load.cpu, rateOut]) expect(figure).toBeGreaterThan(0);
      expect(latency.p50).toBeLessThanOrEqual(latency.p99);
    }
  });

  it('sees that a server loses messages, and never tells a cost of it', () => {
    expect(run('lossy')).toMatchObject({ sent: 50, missing: 5, deliveries: 995 });
    expect(run('lossy').faults).toBeGreaterThan(0);
    expect(printed).toMatch(/a server that loses messages +\| loses messages +\|.*5 missing/);
  });

  it('tells it all in one table', () => {
    const { columns, rows } = report.sections[0]!;
    expect(columns).toEqual(expect.arrayContaining(['CPU µs a delivery', 'deliveries/s', 'p50 ms', 'p99 ms']));
    for (const row of rows) expect(row).toHaveLength(columns.length);
    expect(readFileSync('test-output/bench/smoke.md', 'utf8')).toContain(`| ${columns.join(' | ')} |`);
  });

  it('knows its scenarios, and says so when it does not', async () => {
    const [list, unknown] = await Promise.all([bench('--list'), bench('fan-out-of-nothing')]);
    expect(list.output).toMatch(/^fan-out-100 +\S/m);
    expect(unknown).toMatchObject({ code: 2, output: expect.stringContaining('fan-out-of-nothing') });
  });
});
