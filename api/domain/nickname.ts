import { isFreeform } from './precis.js';
import { invalid } from './problem.js';

const LONGEST = 32;

/**
 * Prepares a nickname as RFC 8266, 2.3 says: one space for each run of spaces, none at the ends, NFKC.
 *
 * @throws Refusal `validation-failed` when it has a character that no nickname may have, or is not 1 to 32
 * characters long after it.
 */
export function prepareNickname(raw: string): string {
  if (!isFreeform(raw)) throw refused('has a character that a nickname may not have');
  const nickname = untilStable(raw, (text) => mapSpaces(text).normalize('NFKC'));
  if (nickname === undefined || !isFreeform(nickname)) throw refused('cannot be brought into a stable form');
  const { length } = [...nickname];
  if (length < 1 || length > LONGEST) throw refused(`must be 1 to ${LONGEST} characters`);
  return nickname;
}

/** What two nicknames have in common when they are the same to a reader (RFC 8266, 2.4). */
export function nicknameKey(nickname: string): string {
  const lower = (text: string) => mapSpaces(text).toLowerCase().normalize('NFKC');
  return untilStable(nickname, lower) ?? lower(nickname);
}

/** `nickname` with the smallest number, from 2, that makes it free. */
export function suggestNickname(nickname: string, isFree: (candidate: string) => boolean): string {
  for (let number = 2; ; number++) {
    const suffix = ` ${number}`;
    const stem = [...nickname].slice(0, LONGEST - suffix.length);
    // The cut may have taken away what allowed the last character to stand there.
    while (!isFreeform(stem.join(''))) stem.pop();
    const candidate = (stem.join('').trimEnd() + suffix).trimStart();
    if (isFree(candidate)) return candidate;
  }
}

function mapSpaces(text: string): string {
  return text.replace(/\p{Zs}+/gu, ' ').replace(/^ | $/g, '');
}

/** Applies the rules up to four times; RFC 8264, 7 refuses a string that is not stable then. */
function untilStable(text: string, rules: (text: string) => string): string | undefined {
  for (let round = 0; round < 4; round++) {
    const next = rules(text);
    if (next === text) return text;
    text = next;
  }
  return undefined;
}

function refused(message: string) {
  return invalid({ field: 'nickname', message });
}
