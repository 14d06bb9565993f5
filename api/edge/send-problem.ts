import type { Response } from 'express';
import type { Refusal } from '../domain/problem.js';

/** RFC 9457, with the headers that go with some statuses. */
export function sendProblem(response: Response, { problem, headers }: Refusal): void {
  response.set(headers);
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  if (problem.retryAfterMs !== undefined) {
    response.setHeader('Retry-After', Math.ceil(problem.retryAfterMs / 1000));
  }
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
