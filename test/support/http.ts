import { call as ask, type Call } from '../../conformance/call.js';
import { contract, expectSchema } from './contract.js';

export type { Call };

/** Calls the API and holds the answer against the contract, which it may not exceed by a member. */
export const call = (url: string, method: string, path: string, options?: Call) =>
  ask(url, method, path, { contract, expect: expectSchema }, options);

export const get = (url: string, path: string, options?: Call) => call(url, 'GET', path, options);
export const post = (url: string, path: string, body?: unknown, options?: Call) =>
  call(url, 'POST', path, { body, ...options });
