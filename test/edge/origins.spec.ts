import { afterEach, describe, expect, it } from '@jest/globals';
import { upgradeStatus } from '../support/raw-socket.js';
import { startServer, stopServers } from '../support/server.js';

afterEach(stopServers);

const WEBSOCKET = '/socket.io/?EIO=4&transport=websocket';
const POLLING = '/socket.io/?EIO=4&transport=polling';

async function statuses(url: string, headers: Record<string, string>): Promise<[websocket: number, polling: number]> {
  const polling = await fetch(url + POLLING, { headers });
  await polling.text();
  return [await upgradeStatus(url, WEBSOCKET, headers), polling.status];
}

describe('which pages may connect', () => {
  it('are this server’s own, and what is no page', async () => {
    const { url } = await startServer();
    expect(await statuses(url, {})).toEqual([101, 200]);
    expect(await statuses(url, { origin: url })).toEqual([101, 200]);
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'file://', 'nonsense'])(
    'are not those of %s',
    async (origin) => {
      const { url } = await startServer();
      expect(await statuses(url, { origin })).toEqual([400, 403]);
    },
  );

  it('are those of the origins that are named, and no others', async () => {
    const { url } = await startServer({ CORS_ORIGINS: 'https://chat.example, https://other.example' });
    expect(await statuses(url, { origin: 'https://other.example' })).toEqual([101, 200]);
    expect(await statuses(url, { origin: 'https://chat.example.evil.example' })).toEqual([400, 403]);
    expect(await statuses(url, { origin: url })).toEqual([101, 200]);
  });

  it('are told to the browser by name, never by a wildcard', async () => {
    const { url } = await startServer({ CORS_ORIGINS: 'https://chat.example' });
    const allowed = async (origin: string) => {
      const response = await fetch(url + POLLING, { headers: { origin } });
      await response.text();
      return response.headers.get('access-control-allow-origin');
    };
    expect(await allowed('https://chat.example')).toBe('https://chat.example');
    expect(await allowed('https://evil.example')).toBeNull();
  });
});
