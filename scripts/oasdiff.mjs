import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const VERSION = '1.36.0';
const FOLDER = resolve(`node_modules/.cache/oasdiff-${VERSION}`);
const PROGRAM = join(FOLDER, process.platform === 'win32' ? 'oasdiff.exe' : 'oasdiff');

/** What breaks a generated client beyond what oasdiff thinks of: the names that it is generated with. */
const SEVERITIES = ['api-operation-id-removed', 'api-schema-removed', 'api-tag-removed']
  .map((id) => `${id} err\n`)
  .join('');

/** The codes of problems may become more, as the contract says: a client goes by the status of one it does not know. */
const isNewCode = ({ id, text }) =>
  id === 'response-property-enum-value-added' && /to the `(.*\/)?code` response property/.test(text);

/** Whether oasdiff is there, or could be built: it comes as a Go module. */
export const hasOasdiff = () => existsSync(PROGRAM) || !spawnSync('go', ['version']).error;

/**
 * What in the second of two OpenAPI documents would break a client that was made for the first.
 *
 * @throws Error when one of them cannot be read, or Go cannot build oasdiff
 */
export function breaks(before, after) {
  if (!existsSync(PROGRAM)) {
    const env = { ...process.env, GOBIN: FOLDER, GOFLAGS: '-mod=mod' };
    execFileSync('go', ['install', `github.com/oasdiff/oasdiff@v${VERSION}`], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  try {
    const files = {
      'before.json': JSON.stringify(before),
      'after.json': JSON.stringify(after),
      severities: SEVERITIES,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const args = [
      'breaking',
      'before.json',
      'after.json',
      '--flatten-allof',
      '-f',
      'json',
      '--severity-levels',
      'severities',
    ];
    const changes = JSON.parse(execFileSync(PROGRAM, args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 }));
    return (changes ?? [])
      .filter((change) => !isNewCode(change))
      .map(({ operation = '', path = '', text, id }) => `${operation} ${path}: ${text} (${id})`.trim());
  } finally {
    rmSync(folder, { recursive: true });
  }
}
