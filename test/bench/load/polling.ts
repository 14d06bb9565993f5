import { HttpConnection } from './http.ts';
import type { Link, LinkHandlers } from './link.ts';

const PATH = '/socket.io/?EIO=4&transport=polling';
/** What stands between the packets of one answer (Engine.IO protocol, version 4). */
const SEPARATOR = 0x1e;

/** Opens an Engine.IO connection over HTTP long-polling: one connection asks, the other one says. */
export function openPolling(url: URL, handlers: LinkHandlers): Link {
  const asking = new HttpConnection(url);
  const saying = new HttpConnection(url);
  let unsaid: string[] = [];
  let busy = false;
  let path = PATH;
  let open = true;

  const end = (why: unknown) => {
    if (!open) return;
    open = false;
    asking.close();
    saying.close();
    handlers.onEnd(why as Error);
  };
  const say = async () => {
    if (busy) return;
    busy = true;
    while (unsaid.length > 0 && open) {
      const body = unsaid.join('\x1e');
      unsaid = [];
      const { status } = await saying.request('POST', path, body, 'Content-Type: text/plain\r\n');
      if (status !== 200) throw new Error(`a packet was refused: ${status}`);
    }
    busy = false;
  };
  const ask = async () => {
    const first = await asking.request('GET', path);
    const { sid } = JSON.parse(first.body.toString().slice(1)) as { sid: string };
    path = `${PATH}&sid=${sid}`;
    handlers.onOpen();
    handlers.onPacket(first.body, 0, first.body.length);
    while (open) {
      const { status, body } = await asking.request('GET', path);
      if (status !== 200) throw new Error(`a poll was refused: ${status}`);
      eachPacket(body, handlers);
    }
  };
  ask().catch(end);
  return {
    send(packet) {
      unsaid.push(packet);
      say().catch(end);
    },
    close: () => end(new Error('closed')),
  };
}

function eachPacket(body: Buffer, { onPacket }: LinkHandlers): void {
  let start = 0;
  while (start < body.length) {
    const separator = body.indexOf(SEPARATOR, start);
    const end = separator < 0 ? body.length : separator;
    onPacket(body, start, end);
    start = end + 1;
  }
}
