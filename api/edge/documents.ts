import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { parse } from 'yaml';
import { ROOT } from '../root.js';

/** Serves the contract itself, as it was written, and Swagger UI over it. */
export function serveDocuments(app: NestExpressApplication): void {
  const yaml = readFileSync(join(ROOT, 'openapi/chat.openapi.yaml'), 'utf8');
  const contract = parse(yaml, { merge: true }) as OpenAPIObject;
  const http = app.getHttpAdapter().getInstance();
  http.get('/api/openapi.yaml', (_request, response) => void response.type('application/yaml').send(yaml));
  http.get('/api/openapi.json', (_request, response) => void response.json(contract));
  SwaggerModule.setup('api/docs', app, contract, {
    raw: false,
    customSiteTitle: 'Live Chat Room API',
    swaggerOptions: { persistAuthorization: true, tryItOutEnabled: true, displayRequestDuration: true },
  });
}
