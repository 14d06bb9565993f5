import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { FrameReader } from './load/frame-reader.ts';
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

describe('the reader of frames', () => {
  const frames = ['', 'short', 'x'.repeat(125), 'y'.repeat(126), 'z'.repeat(70_000)];
  const head = (length: number) => {
    if (length < 126) return [0x81, length];
    const bytes = Buffer.alloc(length < 65_536 ? 2 : 8);
    bytes.writeUIntBE(length, bytes.length === 2 ? 0 : 2, bytes.length === 2 ? 2 : 6);
    return [0x81, bytes.length === 2 ? 126 : 127, ...bytes];
  };
  const stream = Buffer.concat(frames.flatMap((text) => [Buffer.from(head(text.length)), Buffer.from(text)]));

  it.each([1, 3, 1_000, stream.length])('finds the same frames in chunks of %i bytes', (size) => {
    const found: string[] = [];
    const reader = new FrameReader((_, bytes, start, end) => found.push(bytes.toString('latin1', start, end)));
    for (let at = 0; at < stream.length; at += size) reader.read(Buffer.from(stream.subarray(at, at + size)));
    expect(found).toEqual(frames);
  });

  it('takes nothing else for frames', () => {
    const reader = new FrameReader(() => undefined);
    expect(() => reader.read(Buffer.from('HTTP/1.1 400 Bad Request'))).toThrow();
  });
});

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
    const { sent, missing, deliveries, faults } = run('lossy');
    expect(deliveries).toBe(sent * 20 - missing);
    for (const figure of [missing, faults]) expect(figure).toBeGreaterThan(0);
    expect(printed).toMatch(/a server that loses messages \| loses messages \|.* missing/);
  });

  it('tells it all in one table', () => {
    const { columns, rows } = report.sections[0]!;
    expect(columns).toEqual(expect.arrayContaining(['CPU µs a delivery', 'deliveries/s', 'p50 ms', 'p99 ms']));
    for (const row of rows) expect(row).toHaveLength(columns.length);
    expect(readFileSync('test-output/bench/smoke.md', 'utf8')).toContain(`| ${columns.join(' | ')} |`);
  });

  it('says what it will not do', async () => {
    const [list, unknown, quick] = await Promise.all([
      bench('--list'),
      bench('fan-out-of-nothing'),
      bench('--quick', '--write-docs'),
    ]);
    expect(list.output).toMatch(/^fan-out-100 +\S/m);
    expect(unknown).toMatchObject({ code: 2, output: expect.stringContaining('fan-out-of-nothing') });
    expect(quick.code).toBe(2);
  });
});
