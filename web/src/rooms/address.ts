export function hrefOf(room: string): string {
  return `/r/${encodeURIComponent(room)}`;
}

/** The lobby, where the address names no room. */
export function roomIn(path: string): string {
  const [, name] = /^\/r\/([^/]+)\/?$/.exec(path) ?? [];
  try {
    return name === undefined ? 'lobby' : decodeURIComponent(name);
  } catch {
    return name ?? 'lobby';
  }
}
