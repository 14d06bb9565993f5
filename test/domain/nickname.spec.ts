import { describe, expect, it } from '@jest/globals';
import { nicknameKey, prepareNickname, suggestNickname } from '../../api/domain/nickname.js';
import { refusalOf } from '../support/events.js';

const WHOLE = '\u{1F600}'.repeat(32);

/** RFC 8266, section 3, table 1: the nickname, and what it becomes for comparison. */
const TABLE = [
  ['Foo', 'Foo', 'foo'],
  ['foo', 'foo', 'foo'],
  ['Foo Bar', 'Foo Bar', 'foo bar'],
  ['foo bar', 'foo bar', 'foo bar'],
  ['  Foo Bar  ', 'Foo Bar', 'foo bar'],
  ['foo    bar', 'foo bar', 'foo bar'],
  ['Σ', 'Σ', 'σ'],
  ['σ', 'σ', 'σ'],
  ['ς', 'ς', 'ς'],
  ['♚', '♚', '♚'],
  ['Richard Ⅳ', 'Richard IV', 'richard iv'],
] as const;

describe('a nickname of RFC 8266, section 3', () => {
  it.each(TABLE)('%j is shown as %j and compared as %j', (raw, shown, compared) => {
    expect(prepareNickname(raw)).toBe(shown);
    expect(nicknameKey(shown)).toBe(compared);
  });

  it('is another one with a final sigma', () => expect(nicknameKey('ς')).not.toBe(nicknameKey('σ')));
});

describe('a nickname as it is shown', () => {
  it.each([
    ['no-break space', 'Ann\u00A0Lee', 'Ann Lee'],
    ['ideographic space', '\u3000山田\u3000太郎\u3000', '山田 太郎'],
    ['spaces of many kinds in a row', 'Ann\u2003\u2009 \u205FLee', 'Ann Lee'],
    ['full-width letters', 'Ａｎｎ', 'Ann'],
    ['a letter and its accent', 'e\u0301', 'é'],
    ['a ligature', 'ﬁn', 'fin'],
    ['an accent that is a space when it stands alone', 'a\u00B4', 'a \u0301'],
    ['a sharp s, which stays', 'Groß', 'Groß'],
  ])('has %s prepared', (_name, raw, shown) => expect(prepareNickname(raw)).toBe(shown));

  it.each(TABLE.map(([raw]) => raw))('does not change when %j is prepared again', (raw) => {
    expect(prepareNickname(prepareNickname(raw))).toBe(prepareNickname(raw));
  });

  it('counts characters, not units of UTF-16', () => {
    expect(prepareNickname(WHOLE)).toBe(WHOLE);
    expect(prepareNickname('  ' + 'a'.repeat(32) + '  ')).toBe('a'.repeat(32));
  });

  it.each([
    ['one character too many', 'a'.repeat(33)],
    ['one emoji too many', WHOLE + '\u{1F600}'],
    ['too many characters once it is prepared', 'ﷺ'.repeat(2)],
    ['nothing', ''],
    ['spaces alone', ' \u00A0\u3000 '],
  ])('is refused with %s', async (_name, raw) => {
    expect(await refusalOf(() => prepareNickname(raw))).toMatchObject({
      code: 'validation-failed',
      errors: [{ field: 'nickname', message: 'must be 1 to 32 characters' }],
    });
  });

  it('may grow as it is prepared, up to the bound', () => {
    expect(prepareNickname('ﷺ')).toHaveLength(18);
    expect(prepareNickname('㍍'.repeat(8))).toBe('メートル'.repeat(8));
  });

  it.each(['a\u0000', 'a\tb', 'a\nb', 'a\u200Bb', '\u202Eab', 'a\uD800', 'a\uFE0F'])(
    'is refused as %j',
    async (raw) => {
      expect(await refusalOf(() => prepareNickname(raw))).toMatchObject({
        code: 'validation-failed',
        detail: 'nickname has a character that a nickname may not have',
      });
    },
  );
});

describe('two nicknames', () => {
  it.each([
    ['Ann', 'ANN'],
    ['Ann Lee', '  ann   LEE '],
    ['Ａｎｎ', 'ann'],
    ['É', 'e\u0301'],
    ['Groß', 'groß'],
    ['ⅳ', 'IV'],
  ])('%j and %j are one', (one, other) => {
    expect(nicknameKey(prepareNickname(one))).toBe(nicknameKey(prepareNickname(other)));
  });

  it.each([
    ['Ann', 'An n'],
    ['Gross', 'Groß'],
    ['é', 'e'],
    ['Ann', 'Аnn'],
  ])('%j and %j are two', (one, other) => {
    expect(nicknameKey(prepareNickname(one))).not.toBe(nicknameKey(prepareNickname(other)));
  });
});

describe('a suggested nickname', () => {
  const taken =
    (...names: string[]) =>
    (name: string) =>
      !names.includes(name);

  it('has the smallest number from 2', () => expect(suggestNickname('Ann', taken('Ann'))).toBe('Ann 2'));
  it('passes over numbers that are taken', () => {
    expect(suggestNickname('Ann', taken('Ann', 'Ann 2', 'Ann 3'))).toBe('Ann 4');
  });

  it.each([
    ['letters', 'a'.repeat(32), 'a'.repeat(30) + ' 2'],
    ['emoji', WHOLE, '\u{1F600}'.repeat(30) + ' 2'],
    ['a space before the cut', 'a'.repeat(29) + ' bc', 'a'.repeat(29) + ' 2'],
  ])('fits when the name is as long as may be, with %s', (_name, nickname, suggestion) => {
    expect(suggestNickname(nickname, taken(nickname))).toBe(suggestion);
    expect(prepareNickname(suggestion)).toBe(suggestion);
  });

  it('fits with a number of two digits', () => {
    const suggestion = suggestNickname('a'.repeat(32), (name) => name.endsWith(' 10'));
    expect(suggestion).toBe('a'.repeat(29) + ' 10');
  });

  it.each([
    ['a middle dot', 'a'.repeat(28) + 'l·ll', 'a'.repeat(28) + 'l 2'],
    ['a non-joiner', 'ب'.repeat(29) + '\u200Cبب', 'ب'.repeat(29) + ' 2'],
    ['the kana that allowed the dots', 'a' + '\u30FB'.repeat(30) + 'カ', 'a 2'],
    ['all that allowed it to begin', '\u30FB'.repeat(31) + 'カ', '2'],
  ])('is one that joining takes, when the cut would leave %s alone', (_name, nickname, suggestion) => {
    expect(prepareNickname(nickname)).toBe(nickname);
    expect(suggestNickname(nickname, taken(nickname))).toBe(suggestion);
    expect(prepareNickname(suggestion)).toBe(suggestion);
  });
});
