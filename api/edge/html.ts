/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

type Content = Html | string | number | undefined | Content[];

function plain(content: Content): string {
  if (content instanceof Html) return content.text;
  if (Array.isArray(content)) return content.map(plain).join('');
  return String(content ?? '').replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** What is put in is text, unless it is HTML already. */
export function html(parts: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(String.raw(parts, ...contents.map(plain)));
}

/** Paragraphs and `code`, which is all the Markdown that the contract's descriptions have. */
export function prose(text = ''): Html[] {
  return text
    .trim()
    .split(/\n{2,}/)
    .filter(Boolean)
    .map((paragraph) => html`<p>${phrase(paragraph)}</p>`);
}

/** The same within a line. */
export function phrase(text = ''): Html[] {
  return text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
