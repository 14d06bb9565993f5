import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { Problems } from './problems.js';
import { sendProblem } from './send-problem.js';

/** Tells every refusal of the REST doors as `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly problems: Problems) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) response.destroy();
    else sendProblem(response, this.problems.of(error));
  }
}

/** Leaves refusals of the gateway to the adapter, which acknowledges them. */
@Catch()
export class RethrowFilter implements ExceptionFilter {
  catch(error: unknown): void {
    throw error;
  }
}
