import { afterEach, describe, expect, it } from '@jest/globals';
import { ConnectionBounds } from '../../api/edge/connection-bounds.js';
import { EventStreams } from '../../api/realtime/event-streams.js';
import { RawSocket, stopRawSockets, upgradeStatus } from '../support/raw-socket.js';
import { startServer, stopServers } from '../support/server.js';
import { eventually } from '../support/socket-server.js';
import { connect, stopSockets, TRANSPORTS } from '../support/socket.js';
import { listen, stopStreams } from '../support/sse.js';

afterEach(stopServers);
afterEach(stopSockets);
afterEach(stopStreams);
afterEach(stopRawSockets);

const from = (address: string) => ({ 'x-forwarded-for': address });

describe('the bound on open connections', () => {
  it.each(Object.entries(TRANSPORTS))(
    'is told to who is one too many, and lets in when another goes (%s)',
    async (_name, transports) => {
      const { url, app } = await startServer({ CHAT_MAX_CONNECTIONS: '2' });
      const [ann, bob] = ['Ann', 'Bob'].map((nickname) => connect(url, 'lobby', { nickname }, { transports }));
      await Promise.all([ann!.joined(), bob!.joined()]);
      const zoe = connect(url, 'lobby', { nickname: 'Zoe' }, { transports });
      expect(await zoe.refused()).toMatchObject({ code: 'unavailable', status: 503 });
      const bounds = app.get(ConnectionBounds);
      await eventually(() => bounds.open === 2);
      ann!.leave();
      await eventually(() => bounds.open === 1);
      await connect(url, 'lobby', { nickname: 'Zoe' }, { transports }).joined();
      await bob!.say('never noticed');
    },
  );

  it('is told per address with when to try again', async () => {
    const { url, app } = await startServer({ CHAT_MAX_CONNECTIONS_PER_ADDRESS: '1' });
    const ann = connect(url, 'lobby', { nickname: 'Ann' });
    await ann.joined();
    const problem = await connect(url, 'lobby', { nickname: 'Bob' }).refused();
    expect(problem).toMatchObject({ code: 'rate-limited', status: 429 });
    expect(problem.retryAfterMs).toBeGreaterThan(0);
    const bounds = app.get(ConnectionBounds);
    await eventually(() => bounds.open === 1);
    ann.leave();
    await eventually(() => bounds.open === 0);
    await connect(url, 'lobby', { nickname: 'Bob' }).joined();
  });

  it('answers no handshake at all far above it', async () => {
    const { url } = await startServer({ CHAT_MAX_CONNECTIONS: '1' });
    await Promise.all(Array.from({ length: 101 }, () => RawSocket.open(url)));
    expect(await upgradeStatus(url, '/socket.io/?EIO=4&transport=websocket')).toBe(400);
  });

  it('answers no handshake to an address far above its own, and others as ever', async () => {
    const { url } = await startServer({ CHAT_MAX_CONNECTIONS_PER_ADDRESS: '1', TRUST_PROXY: '1' });
    await Promise.all(Array.from({ length: 11 }, () => RawSocket.open(url, from('203.0.113.1'))));
    expect(await upgradeStatus(url, '/socket.io/?EIO=4&transport=websocket', from('203.0.113.1'))).toBe(400);
    await connect(url, 'lobby', { nickname: 'Ann' }, { extraHeaders: from('203.0.113.2') }).joined();
  });

  it('holds for server-sent events, in all', async () => {
    const { url, app } = await startServer({ CHAT_MAX_CONNECTIONS: '1' });
    const first = await listen(url);
    expect((await listen(url)).problem).toMatchObject({ code: 'unavailable', status: 503 });
    first.close();
    await eventually(() => app.get(EventStreams).size === 0);
    expect((await listen(url)).status).toBe(200);
  });

  it('holds for server-sent events, per address, also after refusals', async () => {
    const { url, app } = await startServer({ CHAT_MAX_CONNECTIONS_PER_ADDRESS: '1' });
    expect((await listen(url, { room: 'nowhere' })).problem).toMatchObject({ code: 'room-not-found' });
    expect((await listen(url, { lastEventId: 'none' })).problem).toMatchObject({ code: 'validation-failed' });
    const first = await listen(url);
    expect((await listen(url)).problem).toMatchObject({ code: 'rate-limited', status: 429 });
    first.close();
    await eventually(() => app.get(EventStreams).size === 0);
    expect((await listen(url)).status).toBe(200);
  });
});

describe('the address that a connection counts against', () => {
  const one = { CHAT_MAX_CONNECTIONS_PER_ADDRESS: '1' };

  async function both(environment: Record<string, string>, ...addresses: string[]) {
    const { url } = await startServer({ ...one, ...environment });
    const clients = [];
    for (const [n, address] of addresses.entries()) {
      const client = connect(url, 'lobby', { nickname: `Guest ${n}` }, { extraHeaders: from(address) });
      clients.push(
        await client.joined().then(
          () => 'in',
          () => client.refused().then(({ code }) => code),
        ),
      );
    }
    return clients;
  }

  it('is not what a client says of itself', async () => {
    expect(await both({}, '203.0.113.1', '203.0.113.2')).toEqual(['in', 'rate-limited']);
  });

  it('is what a trusted proxy says', async () => {
    expect(await both({ TRUST_PROXY: '1' }, '203.0.113.1', '203.0.113.2', '203.0.113.1')).toEqual([
      'in',
      'in',
      'rate-limited',
    ]);
  });

  it('is what the nearest proxy says, not what the client said before', async () => {
    expect(await both({ TRUST_PROXY: '1' }, '198.51.100.1, 203.0.113.1', '198.51.100.2, 203.0.113.1')).toEqual([
      'in',
      'rate-limited',
    ]);
  });

  it('is what a proxy of a trusted network says', async () => {
    expect(await both({ TRUST_PROXY: 'loopback' }, '203.0.113.1', '203.0.113.2')).toEqual(['in', 'in']);
    expect(await both({ TRUST_PROXY: '10.0.0.0/8' }, '203.0.113.1', '203.0.113.2')).toEqual(['in', 'rate-limited']);
  });

  it('is a whole /64 of IPv6', async () => {
    expect(await both({ TRUST_PROXY: '1' }, '2001:db8:1:2::1', '2001:db8:1:2:ffff::2', '2001:db8:1:3::1')).toEqual([
      'in',
      'rate-limited',
      'in',
    ]);
  });

  it('is one for IPv4 however it is written', async () => {
    expect(await both({ TRUST_PROXY: '1' }, '203.0.113.1', '::ffff:203.0.113.1')).toEqual(['in', 'rate-limited']);
  });

  it('is read alike for server-sent events', async () => {
    const { url } = await startServer({ ...one, TRUST_PROXY: '1' });
    const statuses = [];
    for (const address of ['203.0.113.1', '203.0.113.1', '203.0.113.2']) {
      statuses.push((await listen(url, { headers: from(address) })).status);
    }
    expect(statuses).toEqual([200, 429, 200]);
  });
});
