import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { get } from '../support/http.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';
import { connect, stopSockets } from '../support/socket.js';
import { listen, stopStreams } from '../support/sse.js';

afterEach(stopSockets);
afterEach(stopStreams);
afterEach(stopProcesses);

describe('the process', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('prints one line, serves, and ends well on %s', async (signal) => {
    const server = await new ServerProcess().start();
    const { url } = server;
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    await ann.joined();
    await ann.say('hello');
    const stream = await listen(url);
    const { cursor } = await stream.nth('room:joined');
    const poll = get(url, `/api/chat/events?since=${cursor}&wait=0`);
    expect((await poll).status).toBe(200);
    const ending = server.stop(signal);
    expect(await ann.ended()).toBe('transport close');
    await stream.end();
    expect(await ending).toEqual({
      code: 0,
      stdout: [`Live Chat Room is open at ${url.replace('127.0.0.1', 'localhost')}`],
      stderr: [],
    });
  });

  it('listens on every address unless told otherwise, IPv4 and IPv6', async () => {
    const { url } = await new ServerProcess({}).start();
    const { port } = new URL(url);
    expect((await get(`http://127.0.0.1:${port}`, '/health/live')).status).toBe(200);
  });

  it('lets a crowd wait in line that comes while it is busy, as far as the system allows', async () => {
    const server = await new ServerProcess().start();
    const { port } = new URL(server.url);
    const allowed = await readFile('/proc/sys/net/core/somaxconn', 'utf8').then(Number, () => 0);
    server.signal('SIGSTOP');
    const crowd = Array.from({ length: Math.min(900, allowed) }, () => createConnection(Number(port), '127.0.0.1'));
    try {
      await Promise.all(crowd.map((person) => once(person, 'connect')));
    } finally {
      for (const person of crowd) person.destroy();
      server.signal('SIGCONT');
    }
  });

  it.each([
    ['PORT', '70000'],
    ['CHAT_SECRET', 'short'],
    ['TRUST_PROXY', 'my-proxy'],
    ['HOST', 'not a host'],
    ['HOST', '192.0.2.1'],
  ])('does not start with %s=%s, and says so in one line that names the variable', async (name, value) => {
    const { code, stdout, stderr } = await new ServerProcess({ [name]: value }).run();
    expect({ code, stdout, lines: stderr.length }).toEqual({ code: 1, stdout: [], lines: 1 });
    expect(stderr[0]).toContain(name);
  });

  it('says in one line that its port is in use', async () => {
    const { url } = await new ServerProcess().start();
    const { port } = new URL(url);
    const { code, stdout, stderr } = await new ServerProcess({ PORT: port, HOST: '127.0.0.1' }).run();
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: [],
      stderr: [expect.stringContaining(`port ${port}`)],
    });
  });
});
