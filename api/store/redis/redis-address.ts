import { connectOne, type RedisClient, within } from './redis-client.js';
import { connectCluster } from './redis-cluster.js';

export interface RedisAddress {
  /** `redis://` or `rediss://`; several for a cluster or for Sentinels. */
  urls: string[];
  /** `single`, `cluster`, or `sentinel:` and the name under which the Sentinels at `urls` know the master. */
  topology: string;
}

export interface Changes {
  /** The connection is gone, and does not come back. */
  lost: (error: Error) => void;
  /** A node of a cluster was away and is back. */
  found: () => void;
}

export async function connectRedis({ urls, topology }: RedisAddress, { lost, found }: Changes): Promise<RedisClient> {
  if (topology === 'cluster') return connectCluster(urls, found);
  const [kind, name] = topology.split(/:(.*)/s);
  return connectOne(kind === 'sentinel' ? await askSentinels(urls, name!) : urls[0]!, lost);
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
