import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';

/** Drawn there first; the documents take the pictures that belong to their tables. */
export const PICTURES = 'test-output/bench';

interface Axis {
  field: string;
  title: string;
  log?: boolean;
}

export type Point = Record<string, string | number>;

const waiting = new Map<string, TopLevelSpec>();

/**
 * One line for each series, as SVG. The ground is white wherever it is shown, for a dark page would swallow
 * the letters.
 */
export function lines(name: string, points: Point[], axes: { x: Axis; y: Axis; series: string }): void {
  const { x, y, series } = axes;
  const spec: TopLevelSpec = {
    width: 560,
    height: 300,
    background: 'white',
    padding: 20,
    data: { values: points },
    mark: { type: 'line', point: points.length < 100, strokeWidth: 2 },
    encoding: {
      x: {
        ...quantity(x),
        axis: x.log
          ? { grid: false, values: [...new Set(points.map((point) => Number(point[x.field])))] }
          : { grid: false, tickCount: 6 },
      },
      y: { ...quantity(y), axis: { tickCount: y.log ? 3 : 6 } },
      color: {
        field: series,
        type: 'nominal',
        title: null,
        sort: null,
        scale: { range: ['#0b6e4f', '#c44536', '#3d5a98', '#b7791f', '#6b4c9a'] },
        legend: { orient: 'top', symbolType: 'stroke', labelLimit: 300 },
      },
    },
    config: {
      font: 'system-ui, sans-serif',
      axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', labelColor: '#222', titleColor: '#222' },
      legend: { labelFontSize: 12, labelColor: '#222' },
    },
  };
  waiting.set(name, spec);
}

function quantity({ field, title, log }: Axis) {
  const scale = log ? ({ type: 'log', nice: false } as const) : ({ type: 'linear', zero: true, nice: false } as const);
  return { field, title, type: 'quantitative', scale } as const;
}

/** Puts all pictures on the disk. */
export async function draw(): Promise<void> {
  if (waiting.size === 0) return;
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  mkdirSync(PICTURES, { recursive: true });
  for (const [name, spec] of waiting) {
    const svg = await new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' }).toSVG();
    writeFileSync(join(PICTURES, `${name}.svg`), `${svg}\n`);
  }
  waiting.clear();
}
