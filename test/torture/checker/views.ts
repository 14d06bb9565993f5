import type { Message } from '../../../openapi/generated/chat.js';
import type { Entry, Run } from '../record.js';
import { finalLog } from './sightings.js';
import { plain, type Violation } from './violation.js';

/** What a client has of one log: messages, and how many it was told that it missed. */
interface View {
  epoch: string;
  /** After which seq it begins. */
  from: number;
  seqs: number[];
  ids: string[];
  gaps: [from: number, to: number][];
}

/** Put together as a client does, over all its links, every view is the whole log from where it began. */
export function brokenViews(run: Run): Violation[] {
  const final = finalLog(run);
  if (!final) return [];
  return [...Map.groupBy(run.entries, ({ client }) => client)].flatMap(([client, entries]): Violation[] => {
    if (!entries.some(({ kind }) => kind === 'asked')) return [];
    const views = viewsOf(entries);
    const last = views.at(-1);
    const broken = views.flatMap((view) => brokenView(view).map((violation) => ({ ...violation, client })));
    if (last?.epoch === final.epoch && endOf(last) === final.seq) {
      return [...broken, ...lacking(last, final.messages).map((violation) => ({ ...violation, client }))];
    }
    const evidence = `ends at ${last?.epoch}:${last && endOf(last)}, the room at ${final.epoch}:${final.seq}`;
    return [...broken, { promise: 'everyone catches up', client, evidence }];
  });
}

function viewsOf(entries: Entry[]): View[] {
  const views: View[] = [];
  const add = (view: View, messages: { seq: number; message?: Message }[]) => {
    for (const { seq, message } of messages) {
      view.seqs.push(seq);
      if (message) view.ids.push(message.id);
    }
  };
  for (const entry of entries) {
    const view = views.at(-1);
    if (entry.kind === 'told' && view) add(view, entry.told.events);
    if (entry.kind !== 'answered') continue;
    const { epoch, seq, recovered, events = [], messages = [], missed = 0 } = entry.answer;
    const kept = messages.map((message) => ({ seq: message.seq, message }));
    if (recovered && view) add(view, events);
    else if (view?.epoch === epoch) {
      const end = endOf(view);
      view.gaps.push([end + 1, end + missed]);
      add(view, kept);
    } else {
      const begun: View = { epoch, from: seq - kept.length, seqs: [], ids: [], gaps: [] };
      views.push(begun);
      add(begun, kept);
    }
  }
  return views;
}

const endOf = ({ from, seqs, gaps }: View) => Math.max(from, seqs.at(-1) ?? 0, gaps.at(-1)?.[1] ?? 0);

function brokenView({ from, seqs, ids, gaps }: View): Omit<Violation, 'client'>[] {
  const violations: Omit<Violation, 'client'>[] = [];
  let last = from;
  for (const seq of seqs) {
    const gap = gaps.find(([first]) => first === last + 1 && seq > last + 1);
    const expected = (gap ? gap[1] : last) + 1;
    if (seq > expected) violations.push({ promise: 'no silent loss', evidence: `${seq} follows ${expected - 1}` });
    if (seq < expected) violations.push({ promise: 'one order', evidence: `${seq} follows ${expected - 1}` });
    last = seq;
  }
  const once = new Set<string>();
  const twice = ids.filter((id) => once.size === once.add(id).size);
  if (twice.length > 0) violations.push({ promise: 'once', evidence: `has ${plain(twice)} more than once` });
  return violations;
}

/** What is in the log and not in the view, though nobody said that it was missed. */
function lacking({ from, ids, gaps }: View, messages: Message[]): Omit<Violation, 'client'>[] {
  const has = new Set(ids);
  return messages
    .filter(({ id, seq }) => seq > from && !has.has(id) && !gaps.some(([first, end]) => seq >= first && seq <= end))
    .map((message) => ({ promise: 'no silent loss', evidence: `was never told of ${plain(message)}` }));
}
