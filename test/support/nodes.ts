import { newPrefix } from './redis-server.js';
import { ServerProcess } from './server-process.js';

/**
 * Processes that serve the same rooms. They end with `stopProcesses`.
 *
 * @param redis the URL of their Redis, or one for each of them
 */
export async function startNodes(
  redis: string | string[],
  environment: Record<string, string> = {},
  count = 3,
): Promise<ServerProcess[]> {
  const prefix = newPrefix();
  const nodes = Array.from({ length: count }, (_, number) => {
    const url = typeof redis === 'string' ? redis : redis[number]!;
    const shared = { CHAT_STORE: 'redis', REDIS_URL: url, CHAT_REDIS_PREFIX: prefix, TRUST_PROXY: '1' };
    return new ServerProcess({ HOST: '127.0.0.1', ...shared, ...environment });
  });
  return Promise.all(nodes.map((node) => node.start()));
}
