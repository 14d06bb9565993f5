import regexes from 'tr46/lib/regexes.js';

/**
 * The PRECIS FreeformClass (RFC 8264, 4.3 and 8), over the Unicode database of the JavaScript engine. No
 * PRECIS package is kept up on npm; see docs/decisions/0003-nicknames.md.
 */
const VALID_BY_EXCEPTION = /[\u00DF\u03C2\u06FD\u06FE\u0F0B\u3007]/u;
const DISALLOWED_BY_EXCEPTION = /[\u0640\u07FA\u302E\u302F\u3031-\u3035\u303B]/u;
const OLD_HANGUL_JAMO = /[\u1100-\u11FF\uA960-\uA97C\uD7B0-\uD7C6\uD7CB-\uD7FB]/u;
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;
const LETTER_MARK_NUMBER_SYMBOL_PUNCTUATION_SPACE = /[\p{L}\p{M}\p{N}\p{S}\p{P}\p{Zs}]/u;
const NON_JOINER = '\u200C';
const JOINER = '\u200D';

/** Whether every code point of `text` belongs to the FreeformClass where it stands. */
export function isFreeform(text: string): boolean {
  const points = [...text];
  return points.every((point, at) => isAllowed(point, at, points));
}

function isAllowed(point: string, at: number, points: string[]): boolean {
  if (point === JOINER || point === NON_JOINER) return joinerFits(point, at, points);
  if (VALID_BY_EXCEPTION.test(point)) return true;
  if (DISALLOWED_BY_EXCEPTION.test(point)) return false;
  if (OLD_HANGUL_JAMO.test(point) || IGNORABLE.test(point)) return false;
  return fitsContext(point, at, points) && LETTER_MARK_NUMBER_SYMBOL_PUNCTUATION_SPACE.test(point);
}

/** CONTEXTO: characters that are allowed only next to certain others (RFC 5892, A.3 to A.9). */
function fitsContext(point: string, at: number, points: string[]): boolean {
  const before = points[at - 1] ?? '';
  const after = points[at + 1] ?? '';
  switch (point) {
    case '\u00B7':
      return before === 'l' && after === 'l';
    case '\u0375':
      return /\p{Script=Greek}/u.test(after);
    case '\u05F3':
    case '\u05F4':
      return /\p{Script=Hebrew}/u.test(before);
    case '\u30FB':
      return points.some((other) => /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(other));
  }
  // The two sets of Arabic digits may not be mixed: they look alike.
  if (/[\u0660-\u0669]/.test(point)) return !points.some((other) => /[\u06F0-\u06F9]/.test(other));
  return true;
}

/**
 * CONTEXTJ: zero-width joiner and non-joiner stand only where a script needs them, after a virama; the
 * non-joiner also between letters that would join (RFC 5892, A.1 and A.2). The tables are tr46's:
 * JavaScript has none of combining classes and joining types.
 */
function joinerFits(point: string, at: number, points: string[]): boolean {
  const before = points.slice(0, at);
  if (regexes.combiningClassVirama.test(before.at(-1) ?? '')) return true;
  if (point === JOINER) return false;
  const after = points.slice(at + 1);
  const start = before.lastIndexOf(NON_JOINER) + 1;
  const end = after.indexOf(NON_JOINER);
  return regexes.validZWNJ.test(
    [...before.slice(start), point, ...after.slice(0, end < 0 ? after.length : end)].join(''),
  );
}
