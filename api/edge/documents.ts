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
    swaggerOptions: {
      persistAuthorization: true,
      tryItOutEnabled: true,
      displayRequestDuration: true,
      responseInterceptor: carryToken,
    },
  });
}

interface SwaggerResponse {
  url: string;
  status: number;
  body?: { token?: string };
}

/**
 * Runs in Swagger UI, into which its text is copied: the token that joining gave goes with every later call, and one
 * that is refused goes no more.
 */
function carryToken(response: SwaggerResponse): SwaggerResponse {
  const { ui } = globalThis as unknown as {
    ui: {
      preauthorizeApiKey: (scheme: string, token: string) => void;
      authActions: { logoutWithPersistOption: (schemes: string[]) => void; persistAuthorizationIfNeeded: () => void };
    };
  };
  if (response.status === 201 && response.url.endsWith('/api/chat/join') && response.body?.token) {
    ui.preauthorizeApiKey('bearer', response.body.token);
    ui.authActions.persistAuthorizationIfNeeded();
  }
  if (response.status === 401) ui.authActions.logoutWithPersistOption(['bearer']);
  return response;
}
