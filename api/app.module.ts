import { randomBytes } from 'node:crypto';
import { type DynamicModule, Module } from '@nestjs/common';
import { ChatController } from './chat/chat.controller.js';
import { ChatGateway } from './chat/chat.gateway.js';
import { ChatService } from './chat/chat.service.js';
import { Rooms } from './chat/rooms.js';
import { StreamController } from './chat/stream.controller.js';
import { type Config, ConfigError } from './config.js';
import type { Clock } from './domain/clock.js';
import { addressReader } from './edge/address.js';
import { CallCounts } from './edge/call-counts.js';
import { ConnectionBounds } from './edge/connection-bounds.js';
import { HealthController, Readiness } from './edge/health.controller.js';
import { Limits } from './edge/limits.js';
import { Metrics } from './edge/metrics.js';
import { OpenConnections } from './edge/open-connections.js';
import { Problems } from './edge/problems.js';
import { sharedCounters } from './edge/shared-counts.js';
import { Tokens } from './edge/tokens.js';
import { EventStreams } from './realtime/event-streams.js';
import { LongPolls } from './realtime/long-polls.js';
import { RoomHub } from './realtime/room-hub.js';
import { SlowReaders } from './realtime/slow-readers.js';
import { SocketRooms } from './realtime/socket-rooms.js';
import type { LogStore } from './store/log-store.js';
import { RedisHouse } from './store/redis/redis-house.js';
import { MemoryLogStore } from './store/memory-log-store.js';
import { SqliteLogStore } from './store/sqlite/sqlite-log-store.js';

/** The composition root: the only place that chooses adapters, and gives everything its bounds. */
@Module({})
export class AppModule {
  /**
   * @throws ConfigError when the database cannot be opened
   */
  static async of(config: Config, clock: Clock): Promise<DynamicModule> {
    const metrics = new Metrics();
    const hub = new RoomHub(clock, config.maxDelay, (error) => metrics.failed('listener', error));
    const { store, secret, redis } = await openStore(config, clock);
    const rooms = new Rooms(clock, store, hub, config, redis?.index);
    const cut = () => metrics.slowReaders.inc();
    const connections = new ConnectionBounds(config, addressReader(config.trustProxy));
    const streams = new EventStreams(hub, config, cut);
    const polls = new LongPolls(clock, hub, config);
    metrics.gauge('chat_connections', 'Open Socket.IO connections.', () => connections.open);
    metrics.gauge('chat_streams', 'Open server-sent event streams.', () => streams.size);
    metrics.gauge('chat_waiting_polls', 'Requests that wait for an event.', () => polls.size);
    const chat = new ChatService(clock, store, rooms, hub, config, redis?.neighbours);
    metrics.total('chat_messages_total', 'Messages that were kept.', () => rooms.kept);
    const tokens = new Tokens(secret);
    redis?.onSecret((other) => tokens.use(other));
    if (redis) watch(redis, metrics);
    const instances = [
      metrics,
      new Readiness(() => store.trouble()),
      new Problems(metrics),
      connections,
      new OpenConnections(),
      streams,
      polls,
      tokens,
      new Limits(
        config.limits,
        redis ? sharedCounters(clock, redis.counts) : (_name, quota) => new CallCounts(clock, quota),
      ),
      new SocketRooms(hub),
      new SlowReaders(clock, config.queuedBytes, cut),
      chat,
    ];
    return {
      module: AppModule,
      controllers: [ChatController, StreamController, HealthController],
      providers: [
        ChatGateway,
        ...instances.map((instance) => ({ provide: instance.constructor, useFactory: () => instance })),
      ],
    };
  }
}

interface OpenedStore {
  store: LogStore;
  secret: string;
  /** What is shared with other processes, where there are any. */
  redis?: RedisHouse;
}

async function openStore(config: Config, clock: Clock): Promise<OpenedStore> {
  const { historyLimit, rememberedIds, peoplePerRoom: marks, retention } = config;
  const newSecret = randomBytes(32).toString('base64url');
  if (config.store === 'memory') {
    return { store: new MemoryLogStore(clock, { rememberedIds, marks }), secret: config.secret ?? newSecret };
  }
  if (config.store === 'redis') {
    const options = { ...config.redis, historyLimit, rememberedIds, marks, retention };
    const redis = await RedisHouse.open(clock, options).catch((error: Error) => {
      throw new ConfigError(`REDIS_URL cannot be used: ${oneLine(error)}`);
    });
    return { store: redis.store, secret: config.secret ?? (await redis.secret(newSecret)), redis };
  }
  const store = new SqliteLogStore(clock, { path: config.sqlitePath, historyLimit, rememberedIds, marks }, retention);
  // A secret that was not set is kept with the rooms, so that people are still themselves after a restart.
  const kept = await store.start(config.secret === undefined ? newSecret : undefined).catch((error: Error) => {
    throw new ConfigError(`CHAT_SQLITE_PATH ${config.sqlitePath} cannot be used: ${error.message}`);
  });
  return { store, secret: config.secret ?? kept! };
}

function watch({ link, store }: RedisHouse, metrics: Metrics): void {
  metrics.gauge('chat_redis_up', 'Whether Redis answers.', () => Number(link.up));
  metrics.total('chat_redis_reconnects_total', 'Connections to Redis after the first.', () => link.reconnects);
  metrics.gauge('chat_redis_seconds', 'How long Redis took for its last answer.', () => link.roundTrip / 1000);
  metrics.gauge('chat_redis_unread_events', 'Events that are in Redis and not yet here.', () => store.behind);
}

/** Of several addresses that did not answer, each has an error of its own. */
function oneLine(error: Error): string {
  return error instanceof AggregateError ? error.errors.map(String).join('; ') : error.message;
}
