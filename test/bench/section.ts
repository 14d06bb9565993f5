/** What a target of a scenario came to. */
export interface Verdict {
  target: string;
  measured: string;
  met: boolean;
}

export type Cell = string | number | null;

/** What one scenario has to say. */
export interface Section {
  name: string;
  title: string;
  /** How it was done, in a sentence or two. */
  how: string;
  columns: string[];
  rows: Cell[][];
  verdicts: Verdict[];
  notes: string[];
  /** Names of the pictures that belong to it. */
  plots?: string[];
  /** Every single run, for the JSON. */
  runs: unknown;
}

export function median(values: (number | null)[]): number | null {
  const sorted = values
    .filter((value): value is number => value !== null && !Number.isNaN(value))
    .sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Three digits that mean something, thousands apart. */
export function figure(value: Cell): string {
  if (value === null || Number.isNaN(value)) return '–';
  if (typeof value === 'string') return value;
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en', { maximumFractionDigits: digits, useGrouping: true });
}
