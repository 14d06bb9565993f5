import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import { ROOT } from '../root.js';

const PAGE = join(ROOT, 'dist/web');

/** Serves the Angular page, if it is built; it reads `/r/<room>` itself. Files with a hash in their names never change. */
export function servePage(app: NestExpressApplication): void {
  if (!existsSync(join(PAGE, 'index.html'))) return;
  app.use(
    express.static(PAGE, {
      setHeaders(response, path) {
        const forever = /-[A-Z0-9]{8}\.\w+$/.test(path);
        response.setHeader('Cache-Control', forever ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    }),
  );
  const http = app.getHttpAdapter().getInstance();
  http.get('/r/:room', (_request, response) => {
    response.sendFile('index.html', { root: PAGE, cacheControl: false, headers: { 'Cache-Control': 'no-cache' } });
  });
}
