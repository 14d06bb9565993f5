import assert from 'node:assert/strict';
import { createParser } from 'eventsource-parser';
import { Listener } from './listener.ts';
import type { Server } from './server.ts';

/** Follows a room as server-sent events. */
export class Stream extends Listener {
  readonly #gone = new AbortController();
  /** The `id` of the last event. */
  cursor = '';

  constructor(server: Server) {
    super('a stream of server-sent events', server.patience, 'RoomState');
  }

  static async open(
    server: Server,
    room: string,
    options: { since?: string; lastEventId?: string } = {},
  ): Promise<Stream> {
    const stream = new Stream(server);
    const { since, lastEventId } = options;
    const query = new URLSearchParams({ room, ...(since !== undefined && { since }) });
    const response = await fetch(`${server.url}/api/chat/stream?${query}`, {
      signal: stream.#gone.signal,
      headers: { ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
    });
    assert.equal(response.status, 200, `the stream answered ${response.status}`);
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/, 'the stream is text/event-stream');
    void stream.#read(response.body!);
    await stream.until(() => stream.received.length > 0, 'where the room stands');
    assert.equal(stream.received[0]!.name, 'room:joined', 'the first event is room:joined');
    return stream;
  }

  close(): void {
    this.#gone.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const parser = createParser({
      onEvent: ({ event, data, id }) => {
        if (id !== undefined) this.cursor = id;
        this.record(event ?? 'message', JSON.parse(data));
      },
    });
    const text = new TextDecoder();
    try {
      for await (const chunk of body) parser.feed(text.decode(chunk, { stream: true }));
    } catch {
      // Closed by the kit; what is missing then is missed by whoever waits for it.
    }
  }
}
