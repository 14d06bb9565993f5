import { jwtVerify, SignJWT } from 'jose';
import type { User } from '../domain/event.js';
import { Refusal } from '../domain/problem.js';

const ALGORITHM = 'HS256';
const ISSUER = 'live-chat-room';

/** Signs and checks the tokens that prove a nickname: JWTs (RFC 7519), so any node with the secret can. */
export class Tokens {
  readonly #key: Uint8Array;

  constructor(secret: string) {
    this.#key = new TextEncoder().encode(secret);
  }

  async sign({ userId, nickname }: User): Promise<string> {
    return new SignJWT({ nickname })
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(ISSUER)
      .setSubject(userId)
      .sign(this.#key);
  }

  /**
   * @throws Refusal `unauthorized` when this server did not sign it
   */
  async verify(token: string): Promise<User> {
    try {
      const { payload } = await jwtVerify(token, this.#key, { algorithms: [ALGORITHM], issuer: ISSUER });
      const { sub: userId, nickname } = payload;
      if (typeof userId !== 'string' || typeof nickname !== 'string') throw new Error('the token names nobody');
      return { userId, nickname };
    } catch {
      throw new Refusal('unauthorized', 'This token is not one of this server. Join again to get a new one.');
    }
  }
}
