import { tokenize } from 'linkifyjs';

/** A piece of a message: plain text, or a link to somewhere. */
export interface Segment {
  readonly text: string;
  readonly href?: string;
}

const SAFE = new Set(['http:', 'https:', 'mailto:']);
// By constructor: the flag is younger than the language level that the page is compiled to.
const FEW_EMOJI = new RegExp('^(?:\\p{RGI_Emoji}\\s*){1,3}$', 'v');

/** Finds the links in a text. What is no web or mail address stays text, `javascript:` first of all. */
export function segmentsOf(text: string): Segment[] {
  const segments: Segment[] = [];
  for (const token of tokenize(text)) {
    const href = token.isLink ? safe(token.toHref('https')) : undefined;
    const last = segments.at(-1);
    if (href !== undefined) segments.push({ text: token.toString(), href });
    else if (last && last.href === undefined) segments[segments.length - 1] = { text: last.text + token.toString() };
    else segments.push({ text: token.toString() });
  }
  return segments;
}

/** Whether a text is one to three emoji and nothing else. */
export function isFewEmoji(text: string): boolean {
  return text.length <= 60 && FEW_EMOJI.test(text.trim());
}

function safe(href: string): string | undefined {
  const url = URL.canParse(href) ? new URL(href) : undefined;
  return url && SAFE.has(url.protocol) ? href : undefined;
}
