import { type Request, type Response, type NextFunction, Router } from 'express';
import { Refusal } from '../domain/problem.js';
import { openapi } from './contract.js';

/** What is there to be read, and no operation of the contract. */
export const DOCUMENTS = {
  openapiYaml: '/api/openapi.yaml',
  openapiJson: '/api/openapi.json',
  asyncapiYaml: '/api/asyncapi.yaml',
  asyncapiJson: '/api/asyncapi.json',
  docs: '/api/docs',
  events: '/api/docs/events',
} as const;

/** Refuses every method that an address does not have, and tells which it has (RFC 9110, 15.5.6). */
export function onlyOwnMethods(): Router {
  const router = Router();
  for (const [path, operations] of Object.entries(openapi.document.paths)) {
    router.all(path, only(Object.keys(operations).map((method) => method.toUpperCase())));
  }
  for (const path of Object.values(DOCUMENTS)) router.all(path, only(['GET']));
  return router;
}

function only(own: string[]) {
  const methods = own.includes('GET') ? [...own, 'HEAD'] : own;
  const Allow = methods.join(', ');
  return ({ method }: Request, _response: Response, next: NextFunction) => {
    if (methods.includes(method)) return next();
    next(new Refusal('method-not-allowed', `Call it with ${methods.join(' or ')}.`, {}, { Allow }));
  };
}
