import {
  applyDecorators,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import type { Request } from 'express';
import type { User } from '../domain/event.js';
import { Refusal } from '../domain/problem.js';
import { Tokens } from './tokens.js';

const TOKEN_NEEDED = 'token-needed';

type Authorised = Request & { user?: User };

/** Nobody gets past without a token. */
export const TokenNeeded = () => applyDecorators(SetMetadata(TOKEN_NEEDED, true), ApiBearerAuth('bearer'));

/** Who comes with a token is its person; who comes without one is welcome too. */
export const TokenWelcome = () => applyDecorators(ApiSecurity({}), ApiBearerAuth('bearer'));

/** The person of the token, if there was one. */
export const Person = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<Authorised>().user;
});

/** Reads `Authorization: Bearer <token>` (RFC 6750, 2.1). A token that is wrong is refused wherever it comes. */
@Injectable()
export class IdentityGuard implements CanActivate {
  constructor(
    private readonly tokens: Tokens,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Authorised>();
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization)?.[1];
      if (!token) throw new Refusal('unauthorized', 'Send the header Authorization: Bearer <token>.');
      request.user = this.tokens.verify(token);
    } else if (this.reflector.get<boolean>(TOKEN_NEEDED, context.getHandler())) {
      throw new Refusal('unauthorized', 'This call needs a token. Join to get one.');
    }
    return true;
  }
}
