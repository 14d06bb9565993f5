import { createClient, createCluster } from '@redis/client';
import { ClusterChannels } from './cluster-channels.js';
import { BASICS, CONNECT_TIMEOUT, type RedisClient, within } from './redis-client.js';

/** Milliseconds without an answer after which a node is taken for lost; it is asked for one more often than that. */
const SILENCE = 2_000;
const PING = 500;

/** Milliseconds for which a node may be lost before the others are asked who has its slots now. */
const REFRESH = 1_000;

/** Milliseconds between two attempts to reach a node, at most. */
const LONGEST_PAUSE = 1_000;

interface Address {
  host: string;
  port: number;
}

/**
 * Connects to a cluster, whose client finds each node again by itself: so one that is lost takes only its own slots with
 * it. `onFound` is called when one is back.
 */
export async function connectCluster(urls: string[], onFound: () => void): Promise<RedisClient> {
  const { username, password, protocol } = new URL(urls[0]!);
  // Of the other nodes only the address is told by the cluster.
  const defaults = {
    ...BASICS,
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    pingInterval: PING,
    socket: {
      connectTimeout: CONNECT_TIMEOUT,
      socketTimeout: SILENCE,
      // By itself the client would not come back to one that was silent.
      reconnectStrategy: (attempt: number) => Math.min(LONGEST_PAUSE, 50 * 2 ** attempt) * (0.5 + Math.random() / 2),
      ...(protocol === 'rediss:' && { tls: true as const }),
    },
  };
  const cluster = createCluster({
    rootNodes: urls.map((url) => ({ url })),
    // Else nobody could begin while one of them is lost.
    minimizeConnections: true,
    topologyRefreshOnReconnectionAttemptStrategy: REFRESH,
    defaults,
  });

  let trouble: Error | undefined;
  for (const event of ['error', 'node-error']) cluster.on(event, (error: Error) => (trouble = error));
  const lost = new Set<string>();
  cluster.on('node-reconnecting', ({ host, port }: Address) => lost.add(`${host}:${port}`));
  cluster.on('node-ready', ({ host, port }: Address) => lost.has(`${host}:${port}`) && onFound());

  const connecting = cluster.connect().then(() => {
    return Promise.any(cluster.masters.map((master) => cluster.nodeClient(master)));
  });
  // One after the other is asked for the rest, and each but the last may be silent.
  const patience = CONNECT_TIMEOUT * (urls.length + 1);
  await within(connecting, () => cluster.destroy(), patience).catch((error: Error) => {
    throw trouble ?? error;
  });

  type Node = Awaited<ReturnType<typeof cluster.getNodeClientForKey>>;
  const silent = new WeakSet<Node>();
  /** Who has the key. What waited for a connection is not done later, when it was refused long ago. */
  const nodeOf = async (key: string) => {
    const node = await within(cluster.getNodeClientForKey(key, false), () => undefined);
    if (silent.has(node)) throw new Error('it does not answer');
    return node;
  };
  /** A node that is silent is sent no more, or its connection would never be seen to be so. */
  const watch = async <T>(node: Node, answer: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => {
      if (silent.has(node)) return;
      silent.add(node);
      for (const event of ['ready', 'ping-interval']) node.once(event, () => silent.delete(node));
    }, SILENCE);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  };

  const channels = new ClusterChannels({
    ownerOf: async (channel) => {
      const node = await nodeOf(channel);
      return cluster.masters.find(({ client }) => client === node)!.address;
    },
    refresh: (channel) => cluster.sendCommand(channel, false, ['EXISTS', channel]),
    connect: (address) => {
      const { host, port } = cluster.nodeByAddress.get(address)!;
      return createClient({ ...defaults, socket: { ...defaults.socket, host, port, reconnectStrategy: false } });
    },
    onMoved: onFound,
  });

  return {
    get isReady() {
      return cluster.masters.some(({ client }) => client?.isReady);
    },
    send: async (key, command) => {
      const node = await nodeOf(key);
      return watch(node, cluster.sendCommand(key, false, command));
    },
    sendInOrder: async (key, commands) => {
      const node = await nodeOf(key);
      try {
        return await watch(node, Promise.all(commands.map((command) => node.sendCommand(command))));
      } catch (error) {
        // It is somewhere else by now, which this finds out.
        if (/^MOVED/.test((error as Error).message)) await cluster.sendCommand(key, false, ['EXISTS', key]);
        throw error;
      }
    },
    subscribe: (channel, listener) => channels.subscribe(channel, listener),
    unsubscribe: (channel) => channels.unsubscribe(channel),
    destroy: () => {
      channels.close();
      cluster.destroy();
    },
  };
}
