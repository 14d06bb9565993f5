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
  // A crowd that comes back at once waits in line, as far as the system allows. Beyond it, each would be left to try
  // again by itself after 1, 3, 7, 15 seconds (RFC 6298, 5.5).
  const where = { port: config.port, host: config.host, backlog: config.connections };
  const server = app.getHttpServer().listen(where);
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
