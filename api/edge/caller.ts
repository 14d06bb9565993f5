import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { User } from '../domain/event.js';
import type { Caller } from './limits.js';

/** Who calls: the address that a request counts against, and the person of the token if there was one. */
export const Who = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const request = context.switchToHttp().getRequest<Request & { user?: User }>();
  const addressOf = request.app.get('address of') as (request: Request) => string;
  return { address: addressOf(request), person: request.user };
});
