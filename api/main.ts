import 'reflect-metadata';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createApp, drain } from './app.js';
import { type Config, ConfigError, readConfig } from './config.js';
import { systemClock } from './domain/clock.js';

async function start(config: Config): Promise<void> {
  const app = await createApp(config, systemClock);
  await app.init();
  // Not by Nest, which would write of a port in use in its own words.
  const server = app.getHttpServer().listen(config.port, config.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  console.log(`Live Chat Room is open at http://localhost:${port}`);

  const stop = () => void drain(app).then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

try {
  await start(readConfig(process.env));
} catch (error) {
  console.error(oneLine(error));
  process.exit(1);
}

function oneLine(error: unknown): string {
  if (error instanceof ConfigError) return `Not started: ${error.message}`;
  const { code, port, address, syscall } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') return `Not started: port ${port} is in use; choose another with PORT`;
  if (code === 'EACCES') return `Not started: port ${port} may not be used; choose another with PORT`;
  if (syscall === 'listen') return `Not started: HOST ${address} is no address of this machine (${code})`;
  if (syscall === 'getaddrinfo') return `Not started: HOST is not known (${code})`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
