import { afterEach, describe, expect, it } from '@jest/globals';
import { get } from '../support/http.js';
import { RawSocket, stopRawSockets, upgradeStatus } from '../support/raw-socket.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { socketServer } from '../support/socket-server.js';
import { connect, stopSockets } from '../support/socket.js';

afterEach(stopServers);
afterEach(stopSockets);
afterEach(stopRawSockets);

/** A server with a bystander who must not notice anything. */
async function bystanding(environment?: Record<string, string>) {
  const server = await startServer(environment);
  const bystander = connect(server.url, 'lobby', { nickname: 'Bystander' });
  await bystander.joined();
  const unharmed = async () => {
    await bystander.say('still here');
    await bystander.heard('still here');
    expect(bystander.texts).toEqual(['still here']);
    expect(bystander.ends).toEqual([]);
    expect((await get(server.url, '/health/live')).status).toBe(200);
  };
  return { ...server, server, unharmed };
}

const LOBBY = '/chat/lobby,';
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('a WebSocket that talks nonsense', () => {
  const fatal: [string, string | Buffer][] = [
    ['an empty frame', ''],
    ['a packet type that is none', '9'],
    ['words', 'hello'],
    ['a ping, which is the server’s to send', '2'],
    ['a Socket.IO packet type that is none', '49'],
    ['a Socket.IO packet without a type', '4'],
    ['an event that is not closed', `42${LOBBY}[`],
    ['an event that is an object', `42${LOBBY}{"a":1}`],
    ['an event that is a string', `42${LOBBY}"a"`],
    ['an event without a name', `42${LOBBY}[]`],
    ['an event whose name is an object', `42${LOBBY}[{"toString":1}]`],
    ['an event whose name is null', `42${LOBBY}[null]`],
    ['a reserved event', `42${LOBBY}["connect"]`],
    ['another reserved event', `42${LOBBY}["disconnecting",{}]`],
    ['an event in a namespace it never joined', '42/chat/other,["message:send",{}]'],
    ['an event in no namespace', '42["message:send",{}]'],
    ['a second connect', `40${LOBBY}{"nickname":"Again"}`],
    ['a connect whose auth is a list', '40/chat/other,[1]'],
    ['a connect whose auth is a string', '40/chat/other,"x"'],
    ['a disconnect with data', `41${LOBBY}{"a":1}`],
    ['a connect error of its own', `44${LOBBY}{"message":"x"}`],
    ['a binary event that promises too many attachments', `45999999-${LOBBY}["x",{"_placeholder":true,"num":0}]`],
    ['an attachment of nothing', Buffer.from([1, 2, 3])],
    ['bytes of nothing', Buffer.alloc(0)],
  ];

  it.each(fatal)('is closed after %s, and nobody else notices', async (_what, packet) => {
    const { url, unharmed } = await bystanding();
    const raw = await (await RawSocket.open(url)).join('Raw');
    raw.ws.send(packet);
    await raw.closed;
    await unharmed();
  });

  const harmless: [string, string[]][] = [
    ['an acknowledgement of nothing', [`43${LOBBY}7[]`]],
    ['a negative acknowledgement id', [`42${LOBBY}-1["message:send",{}]`]],
    ['a huge acknowledgement id', [`42${LOBBY}99999999999999999999["message:send",{}]`]],
    ['an event without data', [`42${LOBBY}`, `42${LOBBY}1`]],
    ['a connect with an acknowledgement id', ['40/chat/other,1']],
    ['an event named by a number', [`42${LOBBY}[5,{}]`]],
    ['a deep event', [`42${LOBBY}1["message:send",${nested(5_000)}]`]],
    ['a deep event of another kind', [`42${LOBBY}1["message:send",${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}]`]],
    ['a pong that was not asked for', ['3']],
    ['an upgrade that was not asked for', ['5']],
    ['a noop', ['6']],
    ['a binary event whose attachment never comes', [`451-${LOBBY}1["message:send",{"_placeholder":true,"num":0}]`]],
    [
      'a binary event with a placeholder that is none',
      [`450-${LOBBY}1["message:send",{"_placeholder":true,"num":-1}]`],
    ],
  ];

  it.each(harmless)('does no harm with %s', async (_what, packets) => {
    const { url, unharmed } = await bystanding();
    const raw = await (await RawSocket.open(url)).join('Raw');
    for (const packet of packets) raw.ws.send(packet);
    await unharmed();
    // Either it is still served or it is gone; it does not hang.
    raw.ws.send(`42${LOBBY}77["nothing"]`);
    await raw.packet((packet) => packet.startsWith(`43${LOBBY}77[`)).catch(() => raw.closed);
  });

  it('is closed after a frame over the bound, whatever is in it', async () => {
    const { url, unharmed } = await bystanding({ CHAT_MAX_BODY_BYTES: '20480' });
    const frames = [`42${LOBBY}["message:send","${'x'.repeat(20_480)}"]`, Buffer.alloc(20_481), 'x'.repeat(1_000_000)];
    for (const [n, frame] of frames.entries()) {
      const raw = await (await RawSocket.open(url)).join(`Raw ${n}`);
      raw.ws.send(frame);
      await raw.closed;
    }
    await unharmed();
  });

  it('is given ten seconds to join a room', async () => {
    const { server } = await bystanding();
    expect(socketServer(server).connectTimeout()).toBe(10_000);
  });
});

describe('HTTP that talks nonsense to Engine.IO', () => {
  it.each([
    ['an unknown transport', 'GET', 'EIO=4&transport=carrier-pigeon'],
    ['no transport', 'GET', 'EIO=4'],
    ['a transport out of the prototype', 'GET', 'EIO=4&transport=__proto__'],
    ['two transports', 'GET', 'EIO=4&transport=polling&transport=websocket'],
    ['an old protocol', 'GET', 'EIO=3&transport=polling'],
    ['no protocol', 'GET', 'transport=polling'],
    ['a session that is none', 'GET', 'EIO=4&transport=polling&sid=none'],
    ['a session out of the prototype', 'GET', 'EIO=4&transport=polling&sid=__proto__'],
    ['two sessions', 'GET', 'EIO=4&transport=polling&sid=a&sid=b'],
    ['a WebSocket that is none', 'GET', 'EIO=4&transport=websocket'],
    ['a POST without a session', 'POST', 'EIO=4&transport=polling'],
    ['a DELETE', 'DELETE', 'EIO=4&transport=polling'],
  ])('is refused: %s', async (_what, method, query) => {
    const { url, unharmed } = await bystanding();
    const response = await fetch(`${url}/socket.io/?${query}`, { method });
    expect(response.status).toBe(400);
    await response.text();
    await unharmed();
  });

  it.each(['EIO=4&transport=carrier-pigeon', 'EIO=4&transport=websocket&sid=none'])(
    'is refused as a WebSocket: %s',
    async (query) => {
      const { url, unharmed } = await bystanding();
      expect(await upgradeStatus(url, `/socket.io/?${query}`)).toBe(400);
      await unharmed();
    },
  );

  async function session(server: TestServer): Promise<string> {
    const open = await (await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`)).text();
    const { sid } = JSON.parse(open.slice(1));
    // Engine.IO keeps a timer for a session that ended; the test process shall not wait for it.
    const { clients } = socketServer(server).engine as unknown as {
      clients: Record<string, { transport: { closeTimeout: number } }>;
    };
    clients[sid]!.transport.closeTimeout = 0;
    return `${server.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`;
  }

  it.each([
    ['words', 'hello', 'text/plain'],
    ['nothing', '', 'text/plain'],
    ['an event before joining', '42["message:send",{}]', 'text/plain'],
    ['bytes', '\u0001\u0002', 'application/octet-stream'],
    ['JSON', '{"a":1}', 'application/json'],
    ['a thousand broken packets', '42[\u001e'.repeat(1000), 'text/plain'],
    ['base64 of nothing', 'b!!!!', 'text/plain'],
  ])('does no harm in a session: %s', async (_what, body, type) => {
    const { server, unharmed } = await bystanding();
    const address = await session(server);
    await fetch(address, { method: 'POST', body, headers: { 'content-type': type } }).then(
      (response) => response.text(),
      () => 'cut',
    );
    await unharmed();
    const next = await fetch(address);
    await next.text();
    expect([200, 400]).toContain(next.status);
  });

  it('is refused in a session when it is over the bound', async () => {
    const { server, unharmed } = await bystanding({ CHAT_MAX_BODY_BYTES: '20480' });
    const response = await fetch(await session(server), { method: 'POST', body: '4'.repeat(20_481) });
    expect(response.status).toBe(413);
    await unharmed();
  });

  it('ends a session in which two polls wait at once', async () => {
    const { server, unharmed } = await bystanding();
    const address = await session(server);
    const polls = [1, 2].map(() =>
      fetch(address).then(
        ({ status }) => status,
        () => 'cut',
      ),
    );
    const statuses = await Promise.all(polls);
    expect(statuses).toContain(400);
    await unharmed();
  });
});
