import type { IncomingMessage } from 'node:http';

/**
 * Which web pages may talk to this server: its own, and those of the given origins. A request without an
 * `Origin` is not a page's, and passes.
 */
export class Origins {
  constructor(readonly allowed: string[]) {}

  /** CORS does not cover WebSocket, so the server has to look itself (RFC 6455, 10.2). */
  isRefused({ headers }: IncomingMessage): boolean {
    const { origin } = headers;
    if (origin === undefined || this.allowed.includes(origin)) return false;
    return !URL.canParse(origin) || new URL(origin).host !== headers.host;
  }
}
