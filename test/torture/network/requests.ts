/** More is never sent in one request here. */
const LONGEST = 1_000_000;

/** Finds the whole requests in what an HTTP/1.1 client writes to one connection (RFC 9112, 2.1 and 6). */
export class Requests {
  #buffer = Buffer.alloc(0);
  #readable = true;

  /** Takes the next bytes; gives back the POST requests that they end, each with its head and body. */
  posts(chunk: Buffer): Buffer[] {
    const found: Buffer[] = [];
    if (!this.#readable) return found;
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (let length = this.#next(); length > 0; length = this.#next()) {
      const request = this.#buffer.subarray(0, length);
      this.#buffer = this.#buffer.subarray(length);
      if (isPost(request)) found.push(request);
    }
    return found;
  }

  /** From here on it is no HTTP any more. */
  end(): void {
    this.#readable = false;
    this.#buffer = Buffer.alloc(0);
  }

  /** How long the first request is; 0 while its end has not come. */
  #next(): number {
    const headEnd = this.#buffer.indexOf('\r\n\r\n');
    if (headEnd < 0) return 0;
    const head = this.#buffer.toString('latin1', 0, headEnd);
    const length = headEnd + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (/\r\ntransfer-encoding:/i.test(head) || length > LONGEST) this.end();
    return this.#buffer.length >= length ? length : 0;
  }
}

export function isPost(chunk: Buffer): boolean {
  return chunk.subarray(0, 5).toString('latin1') === 'POST ';
}
