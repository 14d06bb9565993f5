import type { Problem } from '../../../openapi/generated/chat.js';

/** No answer came; whether the server acted is not known. */
export class Lost extends Error {}

/** The server said no. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

/** As `fetch` tells of a connection that failed, and of one that was cut in the middle of an answer. */
const CUT = ['fetch failed', 'terminated'];

/** What the network did becomes {@link Lost}; anything else, such as an answer against the contract, stays. */
export function asLost(error: unknown): unknown {
  // By name, for in a test they come from another realm.
  const { name, message } = error as Error;
  const isLost = name === 'AbortError' || name === 'TimeoutError' || (name === 'TypeError' && CUT.includes(message));
  return isLost ? new Lost(name) : error;
}
