import { describe, expect, it } from '@jest/globals';
import { isFreeform } from '../../api/domain/precis.js';

const hex = (text: string) => [...text].map((point) => point.codePointAt(0)!.toString(16).toUpperCase()).join(' ');
const named = (cases: Record<string, string>) =>
  Object.entries(cases).map(([name, text]) => [name, hex(text), text] as const);

describe('a nickname may have', () => {
  it.each(
    named({
      'letters, digits, symbols, punctuation and spaces': 'Zoë 7 + _ ~ ! «»',
      'an emoji': '🙂',
      'an emoji of two flags': '🇨🇭',
      'characters that are others in disguise': 'ﬁ Ⅳ ㍍ Ａ',
      'letters that case folding would change': 'ß ς',
      'exceptions of RFC 5892': '\u06FD\u06FE\u0F0B\u3007',
      'combining marks': 'e\u0301\u0323',
      'a middle dot between two l': 'paral·lel',
      'a Greek numeral sign before a Greek letter': '\u0375α',
      'a geresh and a gershayim after a Hebrew letter': 'א\u05F3ב\u05F4',
      'a katakana middle dot beside kana': 'カ\u30FBナ',
      'a katakana middle dot beside Han': '中\u30FBa',
      'Arabic-Indic digits': '\u0661\u0669',
      'extended Arabic-Indic digits': '\u06F1\u06F9',
      'a joiner after a virama': 'क\u094D\u200Dष',
      'a joiner after the virama of another script': 'ക\u0D4D\u200D',
      'a non-joiner after a virama': 'क\u094D\u200Cष',
      'a non-joiner between letters that would join': 'می\u200Cخواهم',
      'a non-joiner past marks that are transparent': 'ب\u064E\u200C\u064Eب',
      'two non-joiners, each in its place': 'بی\u200Cبی\u200Cب',
      'modern Hangul': '한글',
    }),
  )('%s (%s)', (_name, _points, text) => expect(isFreeform(text)).toBe(true));
});

describe('a nickname may not have', () => {
  it.each(
    named({
      'a null': 'a\u0000b',
      'a tab': 'a\tb',
      'a line break': 'a\nb',
      'a delete': 'a\u007F',
      'a control character of the second set': 'a\u0085',
      'a line separator': 'a\u2028b',
      'a paragraph separator': 'a\u2029b',
      'a zero-width space': 'a\u200Bb',
      'a word joiner': 'a\u2060b',
      'a byte order mark': '\uFEFFa',
      'a soft hyphen': 'a\u00ADb',
      'a direction mark': 'a\u200Eb',
      'a direction override': '\u202Egnp.exe',
      'a direction isolate': 'a\u2066b',
      'a Hangul filler, which is blank': '\u3164',
      'a combining grapheme joiner': 'a\u034Fb',
      'a variation selector': '❤\uFE0F',
      'a variation selector of the supplement': 'a\u{E0100}',
      'a tag character': '🏴\u{E0067}',
      'an emoji that is joined': '👩\u200D🚀',
      'a high surrogate alone': 'a\uD83D',
      'a low surrogate alone': '\uDE00a',
      'a private character': 'a\uE000',
      'a private character of a far plane': 'a\u{10FFFD}',
      'an unassigned code point': 'a\u0378',
      'a noncharacter': 'a\uFFFE',
      'the last noncharacter': 'a\u{10FFFF}',
      'conjoining Hangul': '\u1100\u1161',
      'extended conjoining Hangul': '\uA960',
      'a tatweel': 'ب\u0640ب',
      'a vertical kana repeat mark': '\u3031',
      'a middle dot elsewhere': 'a·b',
      'a middle dot at the end': 'l·',
      'a middle dot at the start': '·l',
      'a middle dot between capitals': 'L·L',
      'a Greek numeral sign before another letter': '\u0375a',
      'a Greek numeral sign at the end': 'α\u0375',
      'a geresh after another letter': 'a\u05F3',
      'a gershayim at the start': '\u05F4א',
      'a katakana middle dot among Latin letters': 'a\u30FBb',
      'digits of both Arabic sets': '\u0661\u06F1',
      'digits of both Arabic sets, far apart, either way round': '\u06F1abc\u0661',
      'a joiner in Latin': 'a\u200Db',
      'a joiner at the start': '\u200Dष',
      'a joiner between Arabic letters': 'ب\u200Dب',
      'a joiner after a letter that has no virama': 'क\u200Dष',
      'a non-joiner in Latin': 'a\u200Cb',
      'a non-joiner at the start': '\u200Cب',
      'a non-joiner at the end': 'ب\u200C',
      'a non-joiner after a letter that does not join': 'د\u200Cب',
      'a non-joiner twice': 'ب\u200C\u200Cب',
      'a second non-joiner out of place': 'بی\u200Cبa\u200Cb',
    }),
  )('%s (%s)', (_name, _points, text) => expect(isFreeform(text)).toBe(false));
});

describe('every code point', () => {
  const all = Array.from({ length: 0x110000 }, (_, code) => code).filter((code) => code < 0xd800 || code > 0xdfff);

  it('of ASCII is allowed just when it can be printed', () => {
    for (let code = 0; code < 0x80; code++) {
      expect([code, isFreeform(String.fromCodePoint(code))]).toEqual([code, code >= 0x20 && code < 0x7f]);
    }
  });

  it('that is unassigned, private, a control, a format or a separator of lines is refused', () => {
    const never = /[\p{Cn}\p{Co}\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
    const joiners = /[\u200C\u200D]/;
    const allowed = all
      .map((code) => String.fromCodePoint(code))
      .filter((point) => never.test(point) && isFreeform(`a${point}b`));
    expect(allowed.filter((point) => !joiners.test(point)).map(hex)).toEqual([]);
  });

  it('that is a letter, a mark, a number or a symbol is allowed, but for the exceptions of the RFCs', () => {
    const usual = /[\p{L}\p{M}\p{N}\p{S}\p{P}\p{Zs}]/u;
    const refused = all.filter(
      (code) => usual.test(String.fromCodePoint(code)) && !isFreeform(`a${String.fromCodePoint(code)}b`),
    );
    const groups = Map.groupBy(refused, (code) => {
      const point = String.fromCodePoint(code);
      if (/\p{Default_Ignorable_Code_Point}/u.test(point)) return 'ignorable';
      return /\p{L}/u.test(point) && /\p{Script=Hangul}/u.test(point) ? 'old Hangul' : hex(point);
    });
    const lone = [...groups.keys()].filter((name) => !name.includes(' ') && name !== 'ignorable');
    expect(lone).toEqual([
      'B7',
      '375',
      '5F3',
      '5F4',
      '640',
      '7FA',
      '302E',
      '302F',
      '3031',
      '3032',
      '3033',
      '3034',
      '3035',
      '303B',
      '30FB',
    ]);
  });
});
