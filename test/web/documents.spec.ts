import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Problem } from '../../openapi/generated/chat.js';
import { Refused } from '../../web/src/data/client/errors.js';
import { Outbox, OUTBOX_MAX } from '../../web/src/data/client/outbox.js';
import { Sender } from '../../web/src/data/client/sender.js';
import { memoryStore } from '../../web/src/data/client/storage.js';
import { contract } from '../support/contract.js';
import { FakeClock } from '../support/fake-clock.js';

const document = readFileSync('docs/client.md', 'utf8');

/** What the table says of each code, when something is sent. */
const told = new Map(
  [...document.matchAll(/^\| `([a-z-]+)` +\| (.+?) +\| .+ \|$/gm)].map(([, code, row]) => [code!, row!]),
);

/** What the client does with a message that is refused so. */
async function outcome(code: string): Promise<string> {
  const clock = new FakeClock();
  const outbox = new Outbox(memoryStore(), 'lobby');
  const problem = { code, detail: '', ...(code === 'rate-limited' && { retryAfterMs: 1_000 }) } as Problem;
  const no = async () => {
    throw new Refused(problem);
  };
  const road = { send: no, type: no, mark: no };
  const idle = () => undefined;
  const sender = new Sender({ outbox, clock, road: () => road, changed: idle, unauthorized: idle });
  outbox.add({ id: 'a', text: 'a', at: clock.wall });
  sender.pump();
  await new Promise(setImmediate);
  return outbox.items[0]!.state;
}

describe('the page on the client’s half', () => {
  it('tells of every code, and what the client does with it', async () => {
    expect([...told.keys()].sort()).toEqual([...contract.components.schemas.ProblemCode.enum].sort());
    for (const [code, row] of told) {
      expect([code, await outcome(code)]).toEqual([code, /send it again(?! with)/i.test(row) ? 'sending' : 'refused']);
    }
  });

  it('tells the bound of the outbox', () => {
    expect(document).toContain(`At most ${OUTBOX_MAX} messages wait in a room`);
  });

  it('is as short as it says', () => {
    const [, code] = /```text\n([^`]+)```/.exec(document)!;
    expect(code!.trim().split('\n').length).toBeLessThanOrEqual(60);
  });
});
