/** A position in a room's log: the last event that was seen. */
export interface Cursor {
  epoch: string;
  seq: number;
}

export function formatCursor({ epoch, seq }: Cursor): string {
  return `${epoch}:${seq}`;
}

/** Reads what {@link formatCursor} wrote; the doors have checked its form against the contract. */
export function parseCursor(text: string): Cursor {
  const colon = text.indexOf(':');
  return { epoch: text.slice(0, colon), seq: Number(text.slice(colon + 1)) };
}
