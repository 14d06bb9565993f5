import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { randomFrom } from '../support/random.js';
import type { Accident } from './network/faults.js';
import { Link } from './network/link.js';

const endings: (() => Promise<void>)[] = [];

afterEach(() => Promise.all(endings.splice(0).map((end) => end())));

/** A server that answers with what it got, behind a link. */
async function echo() {
  const got: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      got.push(body);
      response.end(`got ${body}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const heads: string[] = [];
  const way = (head: string) => {
    heads.push(head);
    return (server.address() as AddressInfo).port;
  };
  const link = await new Link(way, randomFrom(1)).open();
  endings.push(async () => {
    await link.close();
    server.closeAllConnections();
    server.close();
  });
  const post = async (body: string) => (await fetch(link.url, { method: 'POST', body })).text();
  return { link, got, heads, post };
}

describe('a bad network', () => {
  it('leads where the first bytes of a connection say, also when they are brought twice', async () => {
    const { link, got, heads, post } = await echo();
    link.faults.arm('replay');
    expect(await post('one')).toBe('got one');
    await link.replayed();
    expect(got).toEqual(['one', 'one']);
    expect(heads).toEqual(Array(2).fill(expect.stringMatching(/^POST \/ HTTP/)));
  });

  it('carries everything while it has no faults, and after they are healed', async () => {
    const { link, post } = await echo();
    expect(await post('one')).toBe('got one');
    link.faults.turn('refuse');
    link.reset();
    await expect(post('two')).rejects.toThrow('fetch failed');
    link.faults.heal();
    expect(await post('three')).toBe('got three');
  });

  it('brings a request twice, and its answer once', async () => {
    const { link, got, post } = await echo();
    link.faults.arm('replay');
    expect(await post('one')).toBe('got one');
    await link.replayed();
    expect(await post('two')).toBe('got two');
    expect(got).toEqual(['one', 'one', 'two']);
  });

  it('loses an answer after the server has acted', async () => {
    const { link, got, post } = await echo();
    link.faults.arm('swallow');
    await expect(post('one')).rejects.toThrow('fetch failed');
    expect(got).toEqual(['one']);
  });

  it.each<[Accident, number]>([
    ['cut-request', 0],
    ['cut-answer', 1],
  ])('breaks off in the middle (%s)', async (accident, arrived) => {
    const { link, got, post } = await echo();
    link.faults.arm(accident);
    await expect(post('x'.repeat(1000))).rejects.toThrow();
    expect(got.length).toBe(arrived);
  });

  it('holds everything back while it stalls, and brings chunks in pieces', async () => {
    const { link, got, post } = await echo();
    link.faults.turn('stall');
    link.faults.turn('split');
    const answer = post('x'.repeat(1000));
    await new Promise(setImmediate);
    expect(got).toEqual([]);
    link.faults.heal();
    link.faults.turn('split');
    expect(await answer).toBe(`got ${'x'.repeat(1000)}`);
  });
});
