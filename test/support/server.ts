import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { createApp, drain } from '../../api/app.js';
import { readConfig } from '../../api/config.js';
import type { Clock } from '../../api/domain/clock.js';
import { FakeClock } from './fake-clock.js';
import { UNLIMITED } from './unlimited.js';

const running: (() => Promise<void>)[] = [];

/** A real server on a port of its own, with a clock that the test holds. It ends with {@link stopServers}. */
export function startServer(environment: Record<string, string> = {}) {
  // What is gathered would wait for a clock that stands.
  return startServerBy(new FakeClock(), { CHAT_FANOUT_MAX_DELAY_MS: '0', ...environment });
}

/** The same, by any clock. */
export async function startServerBy<Time extends Clock>(clock: Time, environment: Record<string, string> = {}) {
  const config = readConfig({ ...UNLIMITED, PORT: '0', HOST: '127.0.0.1', CHAT_LOG_LEVEL: 'error', ...environment });
  const app = await createApp(config, clock);
  await app.listen(config.port, config.host!);
  const { port } = app.getHttpServer().address() as AddressInfo;
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= drain(app));
  running.push(stop);
  return { app, clock, config, stop, url: `http://127.0.0.1:${port}` };
}

export type TestServer = Awaited<ReturnType<typeof startServer>>;

/** To be called in `afterEach`. */
export async function stopServers(): Promise<void> {
  await Promise.all(running.splice(0).map((stop) => stop()));
}
