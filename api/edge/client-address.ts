import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** The address that a request counts against; the application sets how it is read. */
export const ClientAddress = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const request = context.switchToHttp().getRequest<Request>();
  const addressOf = request.app.get('address of') as (request: Request) => string;
  return addressOf(request);
});
