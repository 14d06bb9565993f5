import { type DynamicModule, Module } from '@nestjs/common';
import { ChatController } from './chat/chat.controller.js';
import { ChatGateway } from './chat/chat.gateway.js';
import { ChatService } from './chat/chat.service.js';
import { Rooms } from './chat/rooms.js';
import { StreamController } from './chat/stream.controller.js';
import type { Config } from './config.js';
import type { Clock } from './domain/clock.js';
import { addressReader } from './edge/address.js';
import { ConnectionBounds } from './edge/connection-bounds.js';
import { HealthController, Readiness } from './edge/health.controller.js';
import { Metrics } from './edge/metrics.js';
import { OpenConnections } from './edge/open-connections.js';
import { Problems } from './edge/problems.js';
import { Tokens } from './edge/tokens.js';
import { EventStreams } from './realtime/event-streams.js';
import { LongPolls } from './realtime/long-polls.js';
import { RoomHub } from './realtime/room-hub.js';
import { SlowReaders } from './realtime/slow-readers.js';
import { SocketRooms } from './realtime/socket-rooms.js';
import { MemoryLogStore } from './store/memory-log-store.js';

/** The composition root: the only place that chooses adapters, and gives everything its bounds. */
@Module({})
export class AppModule {
  static of(config: Config, clock: Clock): DynamicModule {
    const metrics = new Metrics();
    const hub = new RoomHub((error) => metrics.failed('listener', error));
    const store = new MemoryLogStore(clock, config.rememberedIds);
    const cut = () => metrics.slowReaders.inc();
    const connections = new ConnectionBounds(config, addressReader(config.trustProxy));
    const streams = new EventStreams(hub, config, cut);
    const polls = new LongPolls(clock, hub, config);
    metrics.gauge('chat_connections', 'Open Socket.IO connections.', () => connections.open);
    metrics.gauge('chat_streams', 'Open server-sent event streams.', () => streams.size);
    metrics.gauge('chat_waiting_polls', 'Requests that wait for an event.', () => polls.size);
    const chat = new ChatService(clock, store, new Rooms(), hub, config);
    metrics.total('chat_messages_total', 'Messages that were kept.', () => chat.kept);
    const instances = [
      metrics,
      new Problems(metrics),
      connections,
      new OpenConnections(),
      streams,
      polls,
      new Tokens(config.secret),
      new SocketRooms(hub),
      new SlowReaders(clock, config.queuedBytes, cut),
      chat,
    ];
    return {
      module: AppModule,
      controllers: [ChatController, StreamController, HealthController],
      providers: [
        ChatGateway,
        Readiness,
        ...instances.map((instance) => ({ provide: instance.constructor, useFactory: () => instance })),
      ],
    };
  }
}
