import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { invalid, Refusal } from '../domain/problem.js';
import { onlyOwnMethods } from './methods.js';
import type { Origins } from './origins.js';
import type { Problems } from './problems.js';
import { sendProblem } from './send-problem.js';

/** Headers, origins, methods and bodies: what is decided before any controller is asked. */
export function secure(app: NestExpressApplication, origins: Origins, problems: Problems, bodyBytes: number): void {
  app.disable('x-powered-by');
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          baseUri: ["'none'"],
          connectSrc: ["'self'"],
          fontSrc: ["'self'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          imgSrc: ["'self'", 'data:'],
          manifestSrc: ["'self'"],
          scriptSrc: ["'self'"],
          // Angular and Swagger UI put their style sheets into the page as they go.
          styleSrc: ["'self'", "'unsafe-inline'"],
        },
      },
      // The server may stand behind plain HTTP on a home network; whoever ends TLS decides on HSTS.
      strictTransportSecurity: false,
      crossOriginResourcePolicy: { policy: 'same-origin' },
    }),
  );
  if (origins.allowed.length > 0) {
    app.enableCors({ origin: origins.allowed, exposedHeaders: ['Retry-After', 'RateLimit', 'RateLimit-Policy'] });
  }
  const tell = (error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    sendProblem(response, problems.of(error));
  };
  app.use(onlyOwnMethods(), tell);
  app.use('/api', onlyJson, express.json({ limit: bodyBytes, type: isPost, verify: onlyUtf8 }), tell);
}

/** A body means nothing where nothing is posted (RFC 9110, 9.3.1). */
const isPost = ({ method }: IncomingMessage) => method === 'POST';

/** JSON is UTF-8 (RFC 8259, 8.1); bytes that are not would turn into other characters unseen. */
function onlyUtf8(_request: IncomingMessage, _response: ServerResponse, body: Buffer): void {
  if (!isUtf8(body)) throw invalid({ field: 'body', message: 'must be JSON in UTF-8' });
}

function onlyJson(request: Request, response: Response, next: NextFunction): void {
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
  if (!hasBody || !isPost(request) || request.is('application/json')) return next();
  // The body is not read, so the connection cannot be used again.
  response.setHeader('Connection', 'close');
  next(new Refusal('unsupported-media-type', 'Send the header Content-Type: application/json.'));
}
