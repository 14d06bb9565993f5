import { createSigner, createVerifier } from 'fast-jwt';
import type { User } from '../domain/event.js';
import { Refusal } from '../domain/problem.js';

const ALGORITHM = 'HS256';
const ISSUER = 'live-chat-room';

/**
 * Signs and checks the tokens that prove a nickname: JWTs (RFC 7519), so any node with the secret can. At once:
 * Web Crypto would hand each to another thread, which takes far longer than the signature.
 */
export class Tokens {
  #sign!: (claims: object) => string;
  #verify!: (token: string) => unknown;

  constructor(secret: string) {
    this.use(secret);
  }

  /** From now on it is this secret. */
  use(secret: string): void {
    this.#sign = createSigner({ key: secret, algorithm: ALGORITHM, iss: ISSUER, noTimestamp: true });
    this.#verify = createVerifier({
      key: secret,
      algorithms: [ALGORITHM],
      allowedIss: ISSUER,
      requiredClaims: ['iss'],
    });
  }

  sign({ userId, nickname }: User): string {
    return this.#sign({ nickname, sub: userId });
  }

  /**
   * @throws Refusal `unauthorized` when this server did not sign it
   */
  verify(token: string): User {
    try {
      const { sub: userId, nickname } = this.#verify(token) as { sub?: unknown; nickname?: unknown };
      if (typeof userId !== 'string' || typeof nickname !== 'string') throw new Error('the token names nobody');
      return { userId, nickname };
    } catch {
      throw new Refusal('unauthorized', 'This token is not one of this server. Join again to get a new one.');
    }
  }
}
