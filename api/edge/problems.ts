import { HttpException, Logger } from '@nestjs/common';
import { invalid, type Problem, Refusal } from '../domain/problem.js';
import type { Metrics } from './metrics.js';

/** The one place where whatever was thrown becomes what the one who asked is told. */
export class Problems {
  readonly #logger = new Logger(Problems.name);

  constructor(private readonly metrics: Metrics) {}

  of(error: unknown): Refusal {
    const refusal = this.#refusalOf(error);
    this.metrics.refusals.inc({ code: refusal.code });
    return refusal;
  }

  /** What a namespace middleware passes on, so that the client's `connect_error` has the Problem as `data`. */
  connectError(error: unknown): Error & { data: Problem } {
    const data = this.of(error).problem;
    return Object.assign(new Error(data.detail), { data });
  }

  #refusalOf(error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    const { status = 500, type } = (error ?? {}) as { status?: number; type?: string };
    // The body parser's errors (npm: http-errors) have a status and a type.
    if (status === 413) return new Refusal('too-large', 'The body is larger than this server takes.');
    if (status === 415) return new Refusal('unsupported-media-type', 'Send JSON in UTF-8.');
    if (status === 404 && error instanceof HttpException) return new Refusal('not-found', 'Nothing has this address.');
    if (status >= 400 && status < 500) {
      return invalid({ field: 'body', message: type === 'entity.parse.failed' ? 'must be JSON' : 'cannot be read' });
    }
    this.#logger.error(
      error instanceof Error ? (error.stack ?? error.message) : 'something that is no error was thrown',
    );
    return new Refusal('internal', 'The server made a mistake. It was written down.');
  }
}
