import { describe, expect, it } from '@jest/globals';
import { TypingSignal } from '../../web/src/data/client/typing-signal.js';
import { typingText, typingWords } from '../../web/src/typing/typing-words.js';
import { FakeClock } from '../support/fake-clock.js';

const words = (...nicknames: string[]) => typingText(typingWords(nicknames));

describe('who types', () => {
  it('is named while that can be followed', () => {
    expect(words()).toBe('');
    expect(words('Ann')).toBe('Ann is typing');
    expect(words('Ann', 'Bo')).toBe('Ann and Bo are typing');
    expect(words('Ann', 'Bo', 'Cy')).toBe('Several people are typing');
  });
});

function typist() {
  const clock = new FakeClock();
  const said: boolean[] = [];
  return { clock, said, signal: new TypingSignal(clock, (typing) => said.push(typing)) };
}

describe('typing', () => {
  it('is told at once, and again every three seconds while it goes on', () => {
    const { clock, said, signal } = typist();
    for (let second = 0; second <= 6; second++) {
      signal.typed('text');
      clock.advance(1_000);
    }
    expect(said).toEqual([true, true, true]);
  });

  it('is over when nothing is left of it', () => {
    const { said, signal } = typist();
    signal.typed('t');
    signal.typed('');
    signal.typed('');
    expect(said).toEqual([true, false]);
  });

  it('is over by sending, without being told', () => {
    const { said, signal } = typist();
    signal.typed('t');
    signal.sent();
    signal.stop();
    signal.typed('n');
    expect(said).toEqual([true, true]);
  });
});
