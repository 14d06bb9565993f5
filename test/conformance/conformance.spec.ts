import { afterEach, describe, expect, it } from '@jest/globals';
import { STALE_SECONDS } from '../../api/chat/chat.service.js';
import { conformance, type Finding, PROMISES } from '../../conformance/conformance.js';
import { run } from '../support/printed.js';
import { startServer, stopServers } from '../support/server.js';
import { BUGS } from './bugs.js';

const KIT = 'conformance/main.ts';
/** What a server with a bug never tells of is waited for so long, in ms. */
const PATIENCE = 800;

afterEach(async () => {
  clearInterval(passing);
  await stopServers();
});

let passing: NodeJS.Timeout | undefined;

/** A server whose time goes five times as fast, so that its heartbeats need not be waited for. */
async function startFastServer() {
  const server = await startServer();
  passing = setInterval(() => server.clock.advance(50), 10);
  return server;
}

describe('the conformance kit', () => {
  it('finds every promise kept by this server, and leaves nothing behind but its rooms', async () => {
    const { url, clock } = await startFastServer();
    const { code, stdout } = await run(process.execPath, [KIT, url, '--json']);
    const findings = JSON.parse(stdout) as Finding[];
    expect(findings.filter(({ kept }) => !kept)).toEqual([]);
    expect(findings.map(({ promise }) => promise).sort()).toEqual(PROMISES.map(({ name }) => name).sort());
    expect(code).toBe(0);
    // Who took part by a nickname alone cannot leave, and goes when not heard of.
    clock.advance(STALE_SECONDS * 1000);
    const { rooms } = await (await fetch(`${url}/api/chat/rooms`)).json();
    for (const { name, online, seq } of rooms) {
      expect(online).toBe(0);
      if (!name.startsWith('conformance-')) expect({ name, seq }).toEqual({ name: 'lobby', seq: 0 });
    }
  });

  it('prints what is kept and what is broken, and fails', async () => {
    const server = await startFastServer();
    BUGS.find(({ name }) => name.startsWith('refuses an id'))!.plant(server);
    const { code, stdout } = await run(process.execPath, [KIT, server.url]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^kept {4}one order: /m);
    expect(stdout).toMatch(
      /^BROKEN {2}once: an id .*\n {8}over REST: .*"nickname-taken".* instead of .*"id-conflict"/m,
    );
    expect(stdout).toContain(`\n${PROMISES.length - 1} kept, 1 broken\n`);
  });

  it('says so where there is no server', async () => {
    const { url, stop } = await startServer();
    await stop();
    const { code, stderr } = await run(process.execPath, [KIT, url]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('ECONNREFUSED') });
  });

  it.each(BUGS)('finds a server that $name', async ({ plant, breaks }) => {
    const server = await startFastServer();
    plant(server);
    const promises = PROMISES.filter(({ name }) => breaks.test(name));
    expect(promises).toHaveLength(1);
    const [finding] = await conformance(server.url, PATIENCE, promises);
    expect(finding).toMatchObject({ kept: false, because: expect.any(String) });
  });
});
