import type { webcrypto } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { User } from '../domain/event.js';
import { Refusal } from '../domain/problem.js';

const ALGORITHM = 'HS256';
const ISSUER = 'live-chat-room';

/** Signs and checks the tokens that prove a nickname: JWTs (RFC 7519), so any node with the secret can. */
export class Tokens {
  readonly #key: Promise<webcrypto.CryptoKey>;

  constructor(secret: string) {
    const bytes = new TextEncoder().encode(secret);
    // Once for all: a key of mere bytes would be imported anew for each token.
    this.#key = crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  }

  async sign({ userId, nickname }: User): Promise<string> {
    return new SignJWT({ nickname })
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(ISSUER)
      .setSubject(userId)
      .sign(await this.#key);
  }

  /**
   * @throws Refusal `unauthorized` when this server did not sign it
   */
  async verify(token: string): Promise<User> {
    try {
      const { payload } = await jwtVerify(token, await this.#key, { algorithms: [ALGORITHM], issuer: ISSUER });
      const { sub: userId, nickname } = payload;
      if (typeof userId !== 'string' || typeof nickname !== 'string') throw new Error('the token names nobody');
      return { userId, nickname };
    } catch {
      throw new Refusal('unauthorized', 'This token is not one of this server. Join again to get a new one.');
    }
  }
}
