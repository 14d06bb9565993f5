import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const parts = [
  {
    name: 'server',
    output: 'dist/api/main.js',
    sources: ['api', 'openapi', 'nest-cli.json', 'tsconfig.json', 'package-lock.json'],
    tool: 'node_modules/@nestjs/cli/bin/nest.js',
    cwd: root,
  },
  {
    name: 'page',
    output: 'dist/web/index.html',
    sources: ['web/src', 'web/public', 'web/angular.json', 'web/tsconfig.json', 'openapi', 'package-lock.json'],
    tool: 'node_modules/@angular/cli/bin/ng.js',
    cwd: join(root, 'web'),
  },
];

/** Builds what is not built yet or older than its sources; ends the process if that fails. */
export function buildStale() {
  for (const part of parts) {
    if (!isStale(part)) continue;
    console.log(`Building the ${part.name} ${existsSync(join(root, part.output)) ? 'anew' : '(once)'} …`);
    build(part);
  }
}

/** Says why not, and ends the process. */
export function refuse(...lines) {
  for (const line of lines) console.error(line);
  process.exit(1);
}

function isStale({ output, sources }) {
  const built = statSync(join(root, output), { throwIfNoEntry: false });
  return !built || sources.some((source) => newest(join(root, source)) > built.mtimeMs);
}

/** When something in there was last changed. A folder counts too: it changes when a file in it goes away. */
function newest(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.mtimeMs ?? 0;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function build({ name, tool, cwd }) {
  const { status, signal, error, stdout, stderr } = spawnSync(process.execPath, [join(root, tool), 'build'], {
    cwd,
    encoding: 'utf8',
    maxBuffer: Infinity,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (signal === 'SIGINT' || signal === 'SIGTERM') process.exit(130);
  if (status !== 0)
    refuse(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim(), `The ${name} could not be built.`);
}
