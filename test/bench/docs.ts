import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { PICTURES } from './plots.ts';
import { type Report, toMarkdown } from './report.ts';

const PAGE = 'docs/performance.md';
const SHOWN = 'docs/performance';
const BEGIN = '<!-- what follows is written by: npm run bench -- --write-docs -->';
const END = '<!-- until here -->';

/** Puts the last figures where people read them, and leaves what people wrote around them. */
export async function writeDocs(report: Report): Promise<void> {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${PAGE} has lost the marks of its generated part`);
  mkdirSync(SHOWN, { recursive: true });
  for (const plot of report.sections.flatMap(({ plots = [] }) => plots)) {
    copyFileSync(join(PICTURES, `${plot}.svg`), join(SHOWN, `${plot}.svg`));
  }
  const text = `${before}${BEGIN}\n\n${toMarkdown(report, 'performance')}\n\n${END}${after}`;
  writeFileSync(PAGE, await format(text, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
}
