import { describe, expect, it } from '@jest/globals';
import type { Problem, SendCommand } from '../../openapi/generated/chat.js';
import { Refused } from '../../web/src/data/client/errors.js';
import { Outbox } from '../../web/src/data/client/outbox.js';
import { Sender } from '../../web/src/data/client/sender.js';
import { memoryStore } from '../../web/src/data/client/storage.js';
import { secondsUntil } from '../../web/src/status/seconds.js';
import { event } from '../support/events.js';
import { FakeClock } from '../support/fake-clock.js';

const limited = new Refused({ code: 'rate-limited', detail: '', retryAfterMs: 3_000 } as Problem);

function sender() {
  const clock = new FakeClock();
  const outbox = new Outbox(memoryStore(), 'lobby');
  const state = { error: undefined as Error | undefined };
  const sent: string[] = [];
  const road = {
    type: () => Promise.resolve(),
    mark: () => Promise.resolve(),
    send: async ({ id }: SendCommand) => {
      sent.push(id);
      if (state.error) throw state.error;
      return { message: event(sent.length).message, duplicate: false };
    },
  };
  const idle = () => undefined;
  const sends = new Sender({ outbox, clock, road: () => road, changed: idle, unauthorized: idle });
  const answered = () => new Promise(setImmediate);
  return { clock, outbox, state, sent, sends, answered };
}

describe('a message that is too much at once', () => {
  it('goes out again under its id when the server wants it, and the others after it', async () => {
    const { clock, outbox, state, sent, sends, answered } = sender();
    for (const id of ['a', 'b']) outbox.add({ id, text: id, at: clock.wall });
    state.error = limited;
    sends.pump();
    await answered();
    expect(outbox.items.map(({ state: now, retryAt }) => [now, retryAt])).toEqual([
      ['sending', 3_000],
      ['sending', undefined],
    ]);
    state.error = undefined;
    sends.pumpNow();
    clock.advance(2_999);
    await answered();
    expect(sent).toEqual(['a']);
    clock.advance(51);
    await answered();
    await answered();
    expect(sent).toEqual(['a', 'a', 'b']);
    expect(outbox.items.map(({ state: now }) => now)).toEqual(['sent', 'sent']);
  });
});

describe('a countdown', () => {
  it('counts the second that has begun, down to nothing', () => {
    expect([3_000, 2_001, 2_000, 1, 0, -5].map((ms) => secondsUntil(10_000, 10_000 - ms))).toEqual([3, 3, 2, 1, 0, 0]);
    expect(secondsUntil(undefined, 5)).toBe(0);
  });
});
