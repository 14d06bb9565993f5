import type { Entry, Message, Outgoing, Problem } from '../data/client/index.js';

/** A message as it is shown within its group. */
export interface Line {
  readonly id: string;
  readonly text: string;
  readonly state: Outgoing['state'];
  readonly problem?: Problem | undefined;
  /** Its place in the log that there is now. */
  readonly seq?: number | undefined;
  /** When it goes out again by itself; of the monotonic clock. */
  readonly retryAt?: number | undefined;
}

/** What one person said within one minute. */
export interface Group {
  readonly kind: 'group';
  readonly key: string;
  readonly userId: string;
  readonly nickname: string;
  readonly own: boolean;
  /** Of a log that is no more. */
  readonly past: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly lines: readonly Line[];
}

export type Row =
  | Group
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | {
      readonly kind: 'gap';
      readonly key: string;
      readonly entry: number;
      readonly missed: number;
      readonly kept: boolean;
    }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'reset'; readonly key: string };

export interface Me {
  readonly nickname: string;
  readonly selves: ReadonlySet<string>;
  /** Up to which seq everything had been read, if there is to be a line after that. */
  readonly readUpTo?: number | undefined;
}

/** A message with what the room's position tells about it. */
interface Said extends Line {
  readonly userId: string;
  readonly nickname: string;
  readonly own: boolean;
  readonly past: boolean;
  readonly at: number;
}

/** Lays the room out: days, and within them groups of one person and minute; what is on its way comes last. */
export function rowsOf(entries: readonly Entry[], outbox: readonly Outgoing[], me: Me): Row[] {
  const rows: Row[] = [];
  const lastReset = entries.findLastIndex((entry) => entry.kind === 'reset');
  const firstNew = entries.findIndex((entry, index) => index > lastReset && isNew(entry, me));
  entries.forEach((entry, index) => {
    if (index === firstNew) rows.push({ kind: 'unread', key: 'unread' });
    if (entry.kind === 'message') add(rows, fromMessage(entry.message, me, index < lastReset));
    else rows.push(fromNotice(entry));
  });
  for (const item of outbox) add(rows, fromOutgoing(item, me));
  return rows;
}

function fromNotice(entry: Exclude<Entry, { kind: 'message' }>): Row {
  const key = `${entry.kind}-${entry.key}`;
  return entry.kind === 'reset' ? { kind: 'reset', key } : { ...entry, key, entry: entry.key };
}

function isNew(entry: Entry, { readUpTo, selves }: Me): boolean {
  if (entry.kind !== 'message' || readUpTo === undefined) return false;
  return entry.message.seq > readUpTo && !selves.has(entry.message.userId);
}

function add(rows: Row[], { userId, nickname, own, past, at, ...line }: Said): void {
  const last = rows.at(-1);
  const before = rows.findLast((row) => row.kind === 'day' || row.kind === 'group');
  if (before?.kind === undefined || dayOf(before.at) !== dayOf(at)) {
    const day = { kind: 'day' as const, key: `day-${line.id}`, at };
    if (last?.kind === 'unread') rows.splice(-1, 0, day);
    else rows.push(day);
  } else if (last?.kind === 'group' && belongs(last, userId, nickname, own) && minuteOf(last.at) === minuteOf(at)) {
    rows[rows.length - 1] = { ...last, lines: [...last.lines, line] };
    return;
  }
  rows.push({ kind: 'group', key: line.id, userId, nickname, own, past, at, lines: [line] });
}

// One's own that is on its way may not have the id yet that it will come back with.
function belongs(group: Group, userId: string, nickname: string, own: boolean): boolean {
  return own ? group.own && group.nickname === nickname : group.userId === userId;
}

function fromMessage({ id, seq, text, userId, nickname, sentAt }: Message, me: Me, past: boolean): Said {
  const own = me.selves.has(userId);
  return { id, text, seq: past ? undefined : seq, state: 'sent', userId, nickname, own, past, at: Date.parse(sentAt) };
}

function fromOutgoing({ id, text, state, problem, message, retryAt, at }: Outgoing, me: Me): Said {
  const sentAt = message ? Date.parse(message.sentAt) : at;
  const nickname = message?.nickname ?? me.nickname;
  return { id, text, state, problem, retryAt, userId: '', nickname, own: true, past: false, at: sentAt };
}

function dayOf(at: number): string {
  return new Date(at).toDateString();
}

function minuteOf(at: number): number {
  return Math.floor(at / 60_000);
}
