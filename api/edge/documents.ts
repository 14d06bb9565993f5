import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import { asyncapi, openapi } from './contract.js';
import { eventsPage } from './events-page.js';
import { DOCUMENTS } from './methods.js';

/** Serves the contract itself, Swagger UI over its REST half and a page over its Socket.IO half. */
export function serveDocuments(app: NestExpressApplication): void {
  const http = app.getHttpAdapter().getInstance();
  const page = eventsPage(asyncapi.document);
  http.get(DOCUMENTS.openapiYaml, (_request, response) => void response.type('application/yaml').send(openapi.yaml));
  http.get(DOCUMENTS.openapiJson, (_request, response) => void response.json(openapi.document));
  http.get(DOCUMENTS.asyncapiYaml, (_request, response) => void response.type('application/yaml').send(asyncapi.yaml));
  http.get(DOCUMENTS.asyncapiJson, (_request, response) => void response.json(asyncapi.document));
  http.get(DOCUMENTS.events, (_request, response) => void response.type('html').send(page));
  SwaggerModule.setup('api/docs', app, openapi.document, {
    raw: false,
    customSiteTitle: 'Live Chat Room API',
    swaggerOptions: { persistAuthorization: true, tryItOutEnabled: true, displayRequestDuration: true },
  });
}
