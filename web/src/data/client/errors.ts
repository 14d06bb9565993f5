import type { Problem } from './contract.js';

/** The server answered, and the answer is no. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'Refused';
  }

  /** Whether the very same request may do better a little later, without a person's help. */
  get passing(): boolean {
    return this.problem.code === 'unavailable' || this.problem.code === 'internal';
  }

  /** How long the server wants to be left alone with this, if that is all there is to it; milliseconds. */
  get retryAfterMs(): number | undefined {
    return this.problem.code === 'rate-limited' ? this.problem.retryAfterMs : undefined;
  }
}

/** There was no answer, or one that is not the server's: it is unknown whether the request was done. */
export class Unreachable extends Error {
  constructor(message = 'The server cannot be reached.') {
    super(message);
    this.name = 'Unreachable';
  }
}

/** So much waits to be sent that no more is taken; what was to be sent stays with the caller. */
export class OutboxFull extends Error {
  constructor(readonly most: number) {
    super(`${most} messages wait to be sent already.`);
    this.name = 'OutboxFull';
  }
}

/** Tells a problem document from whatever a proxy on the way may have answered instead. */
export function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Problem).code === 'string' &&
    typeof (value as Problem).detail === 'string'
  );
}
