import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { ServerProcess, stopProcesses } from '../../support/server-process.js';
import { connect, stopSockets } from '../../support/socket.js';

const dockerfile = readFileSync('Dockerfile', 'utf8');
// On the file system of node_modules, where a copy of it costs nothing.
mkdirSync('test-output', { recursive: true });
const built = mkdtempSync('test-output/image-');
// Elsewhere, where Node finds no other node_modules further up.
const image = mkdtempSync(join(tmpdir(), 'chat-image-'));

afterEach(stopSockets);
afterEach(stopProcesses);
afterAll(() => [built, image].forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** What the Dockerfile does after the build, done without an engine. */
describe('what is left for the image', () => {
  it('is all that the server needs, and not what it is built with', async () => {
    const run = (command: string, folder = '.') => execFileSync('sh', ['-c', command], { cwd: folder, stdio: 'pipe' });
    run(
      `cp -al node_modules ${built} && cp -r .npmrc package.json package-lock.json api openapi scripts dist ${built}`,
    );
    // What tools put there is not what npm does.
    rmSync(join(built, 'node_modules/.cache'), { recursive: true, force: true });
    // npm writes this one in place, and it is shared.
    rmSync(join(built, 'node_modules/.package-lock.json'), { force: true });
    const [, prune] = /^RUN (node scripts\/.*)$/m.exec(dockerfile)!;
    run(prune!, built);
    for (const [, from, to] of dockerfile.matchAll(/^COPY --from=build \/app\/(\S+) (\S+)$/gm)) {
      run(`cp -r ${built}/${from} ${join(image, to!)}`);
    }

    expect(parseInt(run('du -sm .', image).toString())).toBeLessThan(150);
    const left = versions(built);
    expect([...left.keys()].filter((path) => /angular|typescript|esbuild|jest|modules.node$/.test(path))).toEqual([]);
    const locked = versions('.');
    for (const [path, version] of left) expect({ path, version }).toEqual({ path, version: locked.get(path) });

    for (const store of ['memory', 'sqlite']) {
      const environment = { HOST: '127.0.0.1', CHAT_STORE: store, CHAT_SQLITE_PATH: join(image, 'chat.sqlite') };
      const { url } = await new ServerProcess(environment, image).start();
      for (const path of ['/health/ready', '/api/openapi.json', '/', '/r/lobby', '/api/docs', '/metrics'])
        expect((await fetch(url + path)).status).toBe(200);
      const ann = connect(url, 'lobby', { nickname: 'Ann' });
      await ann.joined();
      await ann.say('hello');
    }
    const { code, stderr } = await new ServerProcess({ REDIS_URL: 'redis://127.0.0.1:1' }, image).run();
    expect({ code, stderr: stderr.join() }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^Not started: REDIS_URL/),
    });
  });
});

function versions(folder: string): Map<string, string> {
  const file = folder === '.' ? 'package-lock.json' : join(folder, 'node_modules/.package-lock.json');
  const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, { version: string }> };
  return new Map(Object.entries(packages).map(([path, { version }]) => [path, version]));
}
