import { createClient, type RedisArgument } from '@redis/client';

/** As much of a client as is used here, alike for one Redis and for a cluster. */
export interface RedisClient {
  /** Whether there is anybody to ask right now. */
  readonly isReady: boolean;
  /** One command; `key` says which node of a cluster has to do it. */
  send(key: string, command: RedisArgument[]): Promise<unknown>;
  /** Each right behind the other, on one connection; never in a second attempt. */
  sendInOrder(key: string, commands: RedisArgument[][]): Promise<unknown[]>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  destroy(): void;
}

/** Milliseconds. */
export const CONNECT_TIMEOUT = 2_000;

/** What waits for an answer; beyond it, commands are refused. */
const LONGEST_QUEUE = 100_000;

export const BASICS = {
  disableOfflineQueue: true,
  commandsQueueMaxLength: LONGEST_QUEUE,
  // Of Redis Enterprise; others would answer with an error.
  maintNotifications: 'disabled',
} as const;

/**
 * Connects once. `onLost` is called when the connection is gone: nothing reconnects by itself, so that the
 * address is looked up anew each time.
 */
export async function connectOne(url: string, onLost: (error: Error) => void): Promise<RedisClient> {
  const socket = { reconnectStrategy: false, connectTimeout: CONNECT_TIMEOUT } as const;
  const client = createClient({ ...BASICS, url, socket });
  client.on('error', onLost);
  await within(client.connect(), () => client.destroy());
  return {
    get isReady() {
      return client.isReady;
    },
    send: (_key, command) => client.sendCommand(command),
    sendInOrder: (_key, commands) => Promise.all(commands.map((command) => client.sendCommand(command))),
    subscribe: (channel, listener) => client.sSubscribe(channel, listener),
    unsubscribe: (channel) => client.sUnsubscribe(channel),
    destroy: () => client.destroy(),
  };
}

export async function within<T>(connecting: Promise<T>, giveUp: () => void, ms = CONNECT_TIMEOUT): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it does not answer')), ms);
  });
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    connecting.catch(() => undefined);
    try {
      giveUp();
    } catch {
      // It was closed already.
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
