import { afterEach, describe, expect, it } from '@jest/globals';
import { get } from '../support/http.js';
import { startServer, stopServers } from '../support/server.js';

afterEach(stopServers);

const OTHER = 'https://other.example';
const PREFLIGHT = {
  origin: OTHER,
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type',
};
const cors = (headers: Headers) => [...headers.keys()].filter((name) => name.startsWith('access-control-'));

describe('pages of other sites', () => {
  it('are given nothing unless they are named', async () => {
    const { url } = await startServer();
    expect(cors((await get(url, '/api/chat/users', { headers: { origin: OTHER } })).headers)).toEqual([]);
    expect(cors((await fetch(`${url}/api/chat/send`, { method: 'OPTIONS', headers: PREFLIGHT })).headers)).toEqual([]);
  });

  it('are let in when they are named', async () => {
    const { url } = await startServer({ CORS_ORIGINS: `https://another.example,${OTHER}` });
    const { headers } = await get(url, '/api/chat/users', { headers: { origin: OTHER } });
    expect(headers.get('access-control-allow-origin')).toBe(OTHER);
    expect(headers.get('access-control-expose-headers')).toContain('Retry-After');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')).toMatch(/Origin/);
  });

  it('are told by a preflight what they may send', async () => {
    const { url } = await startServer({ CORS_ORIGINS: OTHER });
    const { status, headers } = await fetch(`${url}/api/chat/send`, { method: 'OPTIONS', headers: PREFLIGHT });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, OTHER]);
    expect(headers.get('access-control-allow-methods')).toContain('POST');
    expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type');
  });

  it.each(['https://elsewhere.example', 'null', `${OTHER}.evil.example`, 'http://other.example', ''])(
    'are kept out when others are named: %j',
    async (origin) => {
      const { url } = await startServer({ CORS_ORIGINS: OTHER });
      const { headers } = await get(url, '/api/chat/users', { headers: { origin } });
      expect(headers.get('access-control-allow-origin')).not.toBe(origin);
      expect(headers.get('access-control-allow-origin')).not.toBe('*');
    },
  );

  it('can read a refusal too, when they are named', async () => {
    const { url } = await startServer({ CORS_ORIGINS: OTHER });
    const { status, headers } = await get(url, '/api/chat/users?room=attic', { headers: { origin: OTHER } });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([404, OTHER]);
  });
});

describe('every answer', () => {
  it.each([
    '/api/chat/users',
    '/api/chat/users?room=attic',
    '/api/nothing',
    '/health/live',
    '/metrics',
    '/api/docs',
    '/api/openapi.json',
  ])('guards whoever reads %s in a browser', async (path) => {
    const { url } = await startServer();
    const { headers } = await fetch(url + path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
    const policy = headers.get('content-security-policy')!.split(';');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]),
    );
    expect(policy.join()).not.toContain('unsafe-eval');
  });

  it('does not bind a home network to TLS', async () => {
    const { url } = await startServer();
    expect((await fetch(`${url}/health/live`)).headers.get('strict-transport-security')).toBeNull();
  });
});
