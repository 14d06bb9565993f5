import { createClient, createCluster, type RedisArgument } from '@redis/client';

export interface RedisAddress {
  /** `redis://` or `rediss://`; several for a cluster or for Sentinels. */
  urls: string[];
  /** `single`, `cluster`, or `sentinel:` and the name under which the Sentinels at `urls` know the master. */
  topology: string;
}

/** As much of a client as is used here, alike for one Redis and for a cluster. */
export interface RedisClient {
  /** One command; `key` says which node of a cluster has to do it. */
  send(key: string, command: RedisArgument[]): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  destroy(): void;
}

/** Milliseconds. */
const CONNECT_TIMEOUT = 2_000;

/** What waits for an answer; beyond it, commands are refused. */
const LONGEST_QUEUE = 100_000;

const BASICS = {
  disableOfflineQueue: true,
  commandsQueueMaxLength: LONGEST_QUEUE,
  // Of Redis Enterprise; others would answer with an error.
  maintNotifications: 'disabled',
} as const;

/**
 * Connects once. `onLost` is called when the connection is gone: nothing reconnects by itself, so that the
 * address is looked up anew each time.
 */
export async function connectRedis(
  { urls, topology }: RedisAddress,
  onLost: (error: Error) => void,
): Promise<RedisClient> {
  if (topology === 'cluster') return connectCluster(urls, onLost);
  const [kind, name] = topology.split(/:(.*)/s);
  return connectOne(kind === 'sentinel' ? await askSentinels(urls, name!) : urls[0]!, onLost);
}

async function connectOne(url: string, onLost: (error: Error) => void): Promise<RedisClient> {
  const socket = { reconnectStrategy: false, connectTimeout: CONNECT_TIMEOUT } as const;
  const client = createClient({ ...BASICS, url, socket });
  client.on('error', onLost);
  await within(client.connect(), () => client.destroy());
  return {
    send: (_key, command) => client.sendCommand(command),
    subscribe: (channel, listener) => client.sSubscribe(channel, listener),
    unsubscribe: (channel) => client.sUnsubscribe(channel),
    destroy: () => client.destroy(),
  };
}

async function connectCluster(urls: string[], onLost: (error: Error) => void): Promise<RedisClient> {
  const { username, password, protocol } = new URL(urls[0]!);
  const cluster = createCluster({
    rootNodes: urls.map((url) => ({ url })),
    // Of the other nodes only the address is told by the cluster.
    defaults: {
      ...BASICS,
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      socket: { connectTimeout: CONNECT_TIMEOUT, ...(protocol === 'rediss:' && { tls: true as const }) },
    },
  });
  cluster.on('error', onLost);
  await within(cluster.connect(), () => cluster.destroy());
  return {
    send: (key, command) => cluster.sendCommand(key, false, command),
    subscribe: (channel, listener) => cluster.sSubscribe(channel, listener),
    unsubscribe: (channel) => cluster.sUnsubscribe(channel),
    destroy: () => cluster.destroy(),
  };
}

/**
 * Where the master is now, by the first Sentinel that knows. Scheme, user, password and database are those of the
 * Sentinel's URL.
 */
async function askSentinels(urls: string[], name: string): Promise<string> {
  let trouble = '';
  for (const url of urls) {
    try {
      const address = await askSentinel(url, name);
      if (address) return Object.assign(new URL(url), { hostname: address[0], port: address[1] }).href;
      trouble = `no master is called ${name}`;
    } catch (error) {
      trouble = (error as Error).message;
    }
  }
  throw new Error(`no Sentinel knows the master: ${trouble}`);
}

async function askSentinel(url: string, name: string): Promise<[string, string] | null> {
  // A Sentinel has no databases.
  const sentinel = await connectOne(Object.assign(new URL(url), { pathname: '' }).href, () => undefined);
  try {
    const asked = sentinel.send('', ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name]);
    return (await within(asked, () => undefined)) as [string, string] | null;
  } finally {
    sentinel.destroy();
  }
}

async function within<T>(connecting: Promise<T>, giveUp: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it does not answer')), CONNECT_TIMEOUT);
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
