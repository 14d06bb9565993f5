import { createParser } from 'eventsource-parser';
import { expectSchema } from './contract.js';
import { Recorder } from './recorder.js';

const open: TestStream[] = [];

export interface Listening {
  room?: string;
  since?: string;
  lastEventId?: string;
  token?: string;
  headers?: Record<string, string>;
}

/** Follows a room by server-sent events. It ends with {@link stopStreams}. */
export async function listen(url: string, listening: Listening = {}): Promise<TestStream> {
  const stream = new TestStream();
  open.push(stream);
  await stream.open(url, listening);
  return stream;
}

/** To be called in `afterEach`; throws if anything that came was not as the contract says. */
export function stopStreams(): void {
  const streams = open.splice(0);
  for (const stream of streams) stream.close();
  for (const stream of streams) stream.check();
}

export class TestStream extends Recorder {
  readonly #gone = new AbortController();
  readonly comments: string[] = [];
  status = 0;
  /** The refusal, if the stream was not opened. */
  problem: unknown;
  lastEventId = '';
  ended = false;

  constructor() {
    super('RoomState');
  }

  async open(url: string, { room = 'lobby', since, lastEventId, token, headers }: Listening): Promise<void> {
    const query = new URLSearchParams({ room, ...(since !== undefined && { since }) });
    const response = await fetch(`${url}/api/chat/stream?${query}`, {
      signal: this.#gone.signal,
      headers: {
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
    this.status = response.status;
    if (response.status === 200) return void this.#read(response.body!);
    this.problem = await response.json();
    expectSchema('Problem', this.problem);
  }

  /** Waits for the end of the stream, by whichever side. */
  async end(): Promise<void> {
    await this.until(() => this.ended);
  }

  close(): void {
    this.#gone.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = createParser({
      onEvent: ({ event, data, id }) => {
        if (id !== undefined) this.lastEventId = id;
        this.record(event ?? 'message', JSON.parse(data));
      },
      onComment: (comment) => this.comments.push(comment),
      onError: (error) => this.fail(error),
    });
    const text = new TextDecoder();
    try {
      for await (const chunk of body) parser.feed(text.decode(chunk, { stream: true }));
    } catch {
      // Closed by the test or cut by the server; what came until then was recorded.
    }
    this.ended = true;
    this.wake();
  }
}
