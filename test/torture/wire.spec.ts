import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Link as Wire, stopLinks } from '../support/link.js';

afterEach(stopLinks);

/** A program at the far end of a wire, and one that has connected to it. */
async function wired() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const wire = await Wire.to((server.address() as AddressInfo).port);
  const near = connect(wire.port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [Socket];
  server.close();
  return { wire, near, far };
}

describe('the wire between a node and Redis', () => {
  it('brings what was slow before what came after it, though it is mended in between', async () => {
    const { wire, near, far } = await wired();
    wire.slow(50);
    near.write('one ');
    // Some turns of the event loop bring it as far as the wire.
    for (let turn = 0; turn < 20; turn++) await nextTurn();
    await wire.mend();
    near.end('two');
    let got = '';
    for await (const bytes of far) got += String(bytes);
    expect(got).toBe('one two');
  });

  it('lets both sides know, once it is mended, what ended while it was silent', async () => {
    const { wire, near, far } = await wired();
    wire.silence();
    far.destroy();
    await once(far, 'close');
    await wire.mend();
    await once(near, 'close');
    // And so it can be cut, which waits for all that is open.
    await wire.cut();
  });
});
