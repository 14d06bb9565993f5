/**
 * `npm run test:schemathesis [-- <options of "schemathesis run">]`: calls the built server as nobody would think of, with
 * what the contract allows and what it does not, and holds every answer against the contract.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildStale, refuse } from '../../scripts/build.mjs';

const HERE = resolve('test/schemathesis');
const requirements = join(HERE, 'requirements.txt');
const [, version] = /^schemathesis==(.+)$/m.exec(readFileSync(requirements, 'utf8'));
const place = resolve(`node_modules/.cache/schemathesis-${version}`);

/** Thousands in all, and the same ones every time. Without `--checks` all checks are on but those that the file excepts. */
const OPTIONS = ['--max-examples', '200', '--seed', '9457', '--continue-on-failure', '--no-color'];

/** There shall be room for all that is made up. */
const MANY = '1000000';
const ROOMY = Object.fromEntries([
  ...['SEND', 'JOIN', 'ROOMS', 'TYPING', 'POLL'].map((action) => [`CHAT_LIMIT_${action}`, 'off']),
  ...['ROOMS', 'PEOPLE', 'PEOPLE_PER_ROOM'].map((name) => [`CHAT_MAX_${name}`, MANY]),
]);

if (spawnSync('python3', ['-c', 'import venv, ensurepip']).status !== 0) {
  const lack =
    'NOT TESTED: the contract by Schemathesis, for want of python3 with venv (on Debian: apt-get install python3-venv).';
  if (process.env.CHAT_TEST_STRICT === '1') refuse(lack);
  console.warn(lack);
} else {
  install();
  buildStale();
  process.exitCode = await run(process.argv.slice(2));
}

function install() {
  if (existsSync(place)) return;
  // Under another name until it is whole.
  const half = `${place}.half`;
  rmSync(half, { recursive: true, force: true });
  must('python3', '-m', 'venv', half);
  must(join(half, 'bin', 'pip'), 'install', '--quiet', '--disable-pip-version-check', '-r', requirements);
  renameSync(half, place);
}

async function run(options) {
  const env = { PORT: '0', HOST: '127.0.0.1', ...ROOMY };
  const server = spawn(process.execPath, ['dist/api/main.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new AbortController();
  server.once('exit', () => gone.abort());
  try {
    const [line] = await once(server.stdout, 'data', { signal: gone.signal });
    const [, port] = /localhost:(\d+)/.exec(String(line));
    const url = `http://127.0.0.1:${port}/api/openapi.yaml`;
    const args = [
      '-m',
      'schemathesis.cli',
      '--config-file',
      join(HERE, 'schemathesis.toml'),
      'run',
      url,
      ...OPTIONS,
      ...options,
    ];
    const hooks = { ...process.env, SCHEMATHESIS_HOOKS: join(HERE, 'hooks.py') };
    const [code] = await once(
      spawn(join(place, 'bin', 'python'), args, { cwd: place, env: hooks, stdio: 'inherit' }),
      'exit',
    );
    return code ?? 1;
  } finally {
    server.kill();
  }
}

function must(command, ...args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) refuse(`${command} ${args.join(' ')} failed.`);
}
