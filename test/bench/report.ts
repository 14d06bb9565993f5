import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from './bench.ts';
import type { Machine } from './machine.ts';
import { figure, type Section } from './section.ts';

export interface Report {
  machine: Machine;
  options: Options;
  at: string;
  sections: Section[];
}

export function toMarkdown({ machine, options, sections }: Report, pictures: string): string {
  const { cpu, cores, memoryGB, node, system } = machine;
  const apart = machine.pinned
    ? 'The server had one core for itself (`taskset`), the load generator another.'
    : '**Server and load generator could not be pinned to cores of their own, and may have disturbed each other.**';
  return [
    `Measured on ${cores} cores of ${cpu}, ${memoryGB} GB, ${system}, Node.js ${node}; ` +
      `medians of ${options.runs} ${options.runs === 1 ? 'run' : 'runs'} of ${options.seconds} s. ${apart}`,
    options.shrink > 1
      ? `**A quick bench: numbers of people divided by ${options.shrink}, so no target is judged.**`
      : '',
    options.shrink > 1 ? '' : targets(sections),
    ...sections.map((section) => sectionText(section, pictures)),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** Writes `<folder>/bench.json` and `.md`, and the same for each scenario. */
export function write(report: Report, folder: string, pictures: string): void {
  mkdirSync(folder, { recursive: true });
  const both = (name: string, part: Report) => {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(part, null, 2));
    writeFileSync(join(folder, `${name}.md`), `${toMarkdown(part, pictures)}\n`);
  };
  both('bench', report);
  for (const section of report.sections) both(section.name, { ...report, sections: [section] });
}

/** What was last measured of a scenario, if anything was. */
export function read(name: string, folder: string): Report | undefined {
  const path = join(folder, `${name}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : undefined;
}

function targets(sections: Section[]): string {
  const rows = sections.flatMap(({ name, title, verdicts }) =>
    verdicts.map(({ target, measured, met }) => [`[${title}](#${name})`, target, measured, met ? 'met' : '**missed**']),
  );
  return rows.length === 0 ? '' : `### Targets\n\n${table(['where', 'target', 'measured', ''], rows)}`;
}

function sectionText({ name, title, how, columns, rows, notes, plots = [] }: Section, pictures: string): string {
  const lines = rows.map((row) => row.map(figure));
  return [
    `### <a id="${name}"></a>${title}`,
    `${how} (\`npm run bench -- ${name}\`)`,
    lines.length > 0 ? table(columns, lines) : '',
    ...plots.map((plot) => `![${title}](${pictures}/${plot}.svg)`),
    notes.map((note) => `- ${note}`).join('\n'),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function table(columns: string[], rows: string[][]): string {
  const line = (row: string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
