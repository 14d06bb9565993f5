import { get } from '../../support/http.js';

/** What the server tells of itself; memory in MB. */
export interface Gauges {
  rss: number;
  heap: number;
  external: number;
  connections: number;
  /** As slow readers. */
  cut: number;
}

const MB = 1_000_000;

export async function gauges(url: string): Promise<Gauges> {
  const text = (await get(url, '/metrics')).data as string;
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    rss: read('process_resident_memory_bytes') / MB,
    heap: read('nodejs_heap_size_used_bytes') / MB,
    external: read('nodejs_external_memory_bytes') / MB,
    connections: read('chat_connections'),
    cut: read('chat_slow_readers_cut_total'),
  };
}
