/** Who types, in words: names that are to be shown as names, and what comes after them. */
export interface TypingWords {
  readonly names: readonly string[];
  readonly rest: string;
}

/** Two are named; of more nobody could keep count. */
export function typingWords(nicknames: readonly string[]): TypingWords {
  if (nicknames.length > 2) return { names: [], rest: 'Several people are typing' };
  return { names: nicknames, rest: ['', ' is typing', ' are typing'][nicknames.length] ?? '' };
}

export function typingText({ names, rest }: TypingWords): string {
  return names.join(' and ') + rest;
}
