import { randomUUID } from 'node:crypto';
import { Gauge, type Strain } from './gauge.ts';
import { HttpConnection } from './http.ts';
import { Latencies, type Spread } from './latencies.ts';

export interface RequestOrder {
  url: string;
  /** Each asks again as soon as it is answered. */
  connections: number;
  seconds: number;
}

export interface RequestReport {
  answered: number;
  refused: number;
  seconds: number;
  latency: Spread;
  load: Strain;
}

/** `POST /send` without a token, one after the other on each connection. */
export async function askByHttp({ url, connections, seconds }: RequestOrder): Promise<RequestReport> {
  const gauge = new Gauge();
  const latencies = new Latencies();
  const from = performance.now();
  const until = from + seconds * 1000;
  let answered = 0;
  let refused = 0;
  const work = async (_: unknown, index: number) => {
    const connection = new HttpConnection(new URL(url));
    while (performance.now() < until) {
      const text = latencies.text();
      const body = JSON.stringify({ id: randomUUID(), text, nickname: `r${index}` });
      const { status } = await connection.request('POST', '/api/chat/send', body, 'Content-Type: application/json\r\n');
      latencies.take(text);
      if (status === 201) answered++;
      else refused++;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, work));
  const took = (performance.now() - from) / 1000;
  return { answered, refused, seconds: took, latency: latencies.spread(), load: gauge.read() };
}

const held: HttpConnection[] = [];

/** Opens so many requests that wait for an event; resolves when all have been sent. */
export async function hold({ url, connections }: { url: string; connections: number }): Promise<void> {
  const { body } = await new HttpConnection(new URL(url)).request('GET', '/api/chat/messages');
  const { cursor } = JSON.parse(body.toString()) as { cursor: string };
  for (let index = 0; index < connections; index++) {
    const connection = new HttpConnection(new URL(url));
    connection.request('GET', `/api/chat/events?since=${cursor}&wait=30`).catch(() => undefined);
    held.push(connection);
    if (index % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
