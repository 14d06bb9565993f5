import { afterEach, describe, expect, it } from '@jest/globals';
import { Manager } from 'socket.io-client';
import { get } from '../support/http.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';
import { namespaces, socketServer, turns } from '../support/socket-server.js';
import { connect, connectTo, stopSockets } from '../support/socket.js';

afterEach(stopServers);
afterEach(stopSockets);

/** How many namespaces the server keeps in its maps, and in the parent that made them. */
function kept(server: TestServer): number[] {
  const { parentNsps } = socketServer(server) as unknown as { parentNsps: Map<unknown, { children: Set<unknown> }> };
  return [namespaces(server).length, ...[...parentNsps.values()].map(({ children }) => children.size)];
}

describe('what the server remembers of namespaces', () => {
  it('is nothing of 200 that no room stands behind', async () => {
    const server = await startServer();
    const before = kept(server);
    const manager = new Manager(server.url, { transports: ['websocket'], reconnection: false });
    const refusals = Array.from({ length: 200 }, (_, n) => {
      const socket = manager.socket(`/chat/unknown-${n}`, { auth: { nickname: 'Ann' } });
      return new Promise((resolve) => socket.on('connect_error', resolve));
    });
    await Promise.all(refusals);
    await turns();
    expect(kept(server)).toEqual(before);
    manager._close();
  });

  it('is nothing of a room once the last has left it', async () => {
    const server = await startServer();
    const before = kept(server);
    const ann = connect(server.url, 'lobby', { nickname: 'Ann' });
    const bob = connect(server.url, 'lobby', { nickname: 'Bob' });
    await Promise.all([ann.joined(), bob.joined()]);
    expect(namespaces(server)).toContain('/chat/lobby');
    ann.leave();
    await bob.nth('presence:changed');
    expect(namespaces(server)).toContain('/chat/lobby');
    const gone = new Promise((resolve) =>
      socketServer(server).of('/chat/lobby').sockets.values().next().value!.once('disconnect', resolve),
    );
    bob.leave();
    await gone;
    await turns();
    expect(kept(server)).toEqual(before);
  });

  it('is nothing of one whose connection was lost while it was being admitted', async () => {
    const server = await startServer();
    const before = kept(server);
    for (let n = 0; n < 20; n++) {
      const hasty = connect(server.url, 'lobby', { nickname: `Hasty ${n}` });
      await new Promise<void>((resolve) => hasty.socket.io.on('open', resolve));
      hasty.drop();
    }
    await connectTo(server.url, '/chat/nowhere', { nickname: 'Ann' }).refused();
    await turns();
    expect(kept(server)).toEqual(before);
  });

  it('is one namespace for two who are admitted at once as the last one goes', async () => {
    const server = await startServer();
    for (let round = 0; round < 10; round++) {
      const old = connect(server.url, 'lobby', { nickname: 'Old' });
      await old.joined();
      const [ann, bob] = ['Ann', 'Bob'].map((nickname) => connect(server.url, 'lobby', { nickname }));
      old.leave();
      await Promise.all([ann!.joined(), bob!.joined()]);
      await ann!.say(`round ${round}`);
      await Promise.all([ann!.heard(`round ${round}`), bob!.heard(`round ${round}`)]);
      const gone = bob!.all('presence:changed').length;
      ann!.leave();
      await bob!.nth('presence:changed', gone + 1);
      bob!.leave();
      await old.until(() => old.ends.length > 0);
    }
  });

  it('lets one in while another is refused in the same namespace', async () => {
    const server = await startServer();
    for (let round = 0; round < 10; round++) {
      const refused = connect(server.url, 'lobby', { token: 'none' });
      const ann = connect(server.url, 'lobby', { nickname: `Ann ${round}` });
      expect(await refused.refused()).toMatchObject({ code: 'unauthorized' });
      await ann.joined();
      await ann.say(`round ${round}`);
      await ann.heard(`round ${round}`);
      ann.leave();
    }
    expect((await get(server.url, '/api/chat/messages')).data.seq).toBe(10);
  });
});
