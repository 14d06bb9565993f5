import type { IncomingMessage } from 'node:http';
import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import type { Config } from './config.js';
import type { Clock } from './domain/clock.js';
import { addressReader } from './edge/address.js';
import { ConnectionBounds } from './edge/connection-bounds.js';
import { serveDocuments } from './edge/documents.js';
import { Readiness } from './edge/health.controller.js';
import { OpenConnections } from './edge/open-connections.js';
import { Origins } from './edge/origins.js';
import { servePage } from './edge/page.js';
import { ProblemFilter } from './edge/problem.filter.js';
import { secure } from './edge/security.js';
import { SocketAdapter } from './edge/socket.adapter.js';
import { Problems } from './edge/problems.js';
import { InputPipe } from './edge/validation.pipe.js';
import { EventStreams } from './realtime/event-streams.js';
import { LongPolls } from './realtime/long-polls.js';
import { SlowReaders } from './realtime/slow-readers.js';

/** How long a drained server waits for answers that are under way, in milliseconds. */
const LAST_ANSWERS = 2_000;

/** The whole application, not yet listening. */
export async function createApp(config: Config, clock: Clock): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(await AppModule.of(config, clock), {
    bodyParser: false,
    logger: new ConsoleLogger({ json: true, logLevels: levelsFrom(config.logLevel) }),
  });
  const origins = new Origins(config.corsOrigins);
  app.getHttpAdapter().getInstance().set('address of', addressReader(config.trustProxy));
  const problems = app.get(Problems);
  secure(app, origins, problems, config.bodyBytes);
  app.useWebSocketAdapter(
    new SocketAdapter(app, app.get(ConnectionBounds), app.get(SlowReaders), origins, problems, config.bodyBytes),
  );
  app.useGlobalPipes(new InputPipe());
  app.useGlobalFilters(new ProblemFilter(problems));
  const server = app.getHttpServer();
  app.get(OpenConnections).watch(server);
  // An offer to upgrade anything else may be passed over (RFC 9110, 7.8); Node would hand it to Engine.IO.
  Object.assign(server, { shouldUpgradeCallback: ({ url }: IncomingMessage) => url?.startsWith('/socket.io/') });
  serveDocuments(app);
  servePage(app);
  return app;
}

/**
 * Goes down in order: no new work, waiting requests answered, streams ended, sockets closed so that they come
 * back by themselves.
 */
export async function drain(app: NestExpressApplication): Promise<void> {
  app.get(Readiness).draining = true;
  app.get(LongPolls).drain();
  app.get(EventStreams).drain();
  const giveUp = setTimeout(() => app.get(OpenConnections).destroyAll(), LAST_ANSWERS);
  await app.close();
  clearTimeout(giveUp);
}

function levelsFrom(level: string) {
  const levels = ['fatal', 'error', 'warn', 'log', 'debug'] as const;
  return levels.slice(0, levels.findIndex((name) => name === level) + 1);
}
