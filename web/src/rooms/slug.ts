const MAX = 40;

/** A room's name made of its title: what is left of it in `a-z`, `0-9` and hyphens; empty if that is nothing. */
export function slugOf(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/æ/gi, 'ae')
    .replace(/œ/gi, 'oe')
    .replace(/ø/gi, 'o')
    .replace(/ł/gi, 'l')
    .replace(/đ/gi, 'd')
    .replace(/['’]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX + 1)
    .replace(/^-+/, '')
    .slice(0, MAX)
    .replace(/-+$/, '');
}
