import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { addressed, pattern, run } from './support/printed.js';
import { startServer, stopServers } from './support/server.js';

const SECONDS = 1000;
const STRICT = process.env['CHAT_TEST_STRICT'] === '1';
const END_OF_BLOCK = '-- end of block --';

const readme = readFileSync('README.md', 'utf8');
const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md')];
const missing = ['bash', 'curl'].filter((tool) => spawnSync(tool, ['--version']).error);
if (missing.length > 0 && !STRICT)
  console.warn(`NOT TESTED: the commands of README.md, for want of ${missing.join(', ')}`);

afterEach(stopServers);

describe('the README', () => {
  (missing.length > 0 && !STRICT ? it.skip : it)(
    'has commands that work as printed and print what it says',
    async () => {
      const { url } = await startServer();
      const conversation = [...readme.matchAll(/^```sh\n(.*?)^```$(?:\s*^```text\n(.*?)^```$)?/gms)];
      const script = conversation.map(([, block]) => `${addressed(block!, url)}\necho '${END_OF_BLOCK}'\n`).join('');
      const { code, stdout, stderr } = await run('bash', ['-euo', 'pipefail', '-c', script]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const outputs = stdout.split(`${END_OF_BLOCK}\n`);
      expect(conversation.length).toBeGreaterThan(0);
      for (const [at, [, , printed = '']] of conversation.entries()) expect(outputs[at]).toMatch(pattern(printed));
    },
    60 * SECONDS,
  );

  it(
    'has a client over socket.io that works as printed',
    async () => {
      const { url } = await startServer();
      const [, block] = /^```js\n(.*?)^```$/ms.exec(readme)!;
      const code = addressed(block!, url);
      const node = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] });
      const closed = new Promise((resolve) => node.once('close', resolve));
      let told = '';
      const listen = (chunk: Buffer) => {
        told += chunk.toString();
        if (told.includes('\n')) node.kill();
      };
      node.stdout.on('data', listen);
      node.stderr.on('data', listen);
      await closed;
      expect(told).toBe('Bob: Hello from a script!\n');
    },
    60 * SECONDS,
  );
});

describe('the documents', () => {
  it.each(documents)('%s links to files that exist', (document) => {
    const broken = [...prose(document).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target!.replace(/#.*$/, ''))
      .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(join(dirname(document), target)));
    expect(broken).toEqual([]);
  });

  it.each(documents)('%s names scripts that exist', (document) => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...readFileSync(document, 'utf8').matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)];
    expect(named.map(([, script, short]) => script ?? short!).filter((name) => !(name in scripts))).toEqual([]);
  });
});

function prose(document: string): string {
  return readFileSync(document, 'utf8').replace(/^```.*?^```$/gms, '');
}
