import type { Run } from '../record.js';
import { finalLog, sightings } from './sightings.js';
import { plain, type Violation } from './violation.js';

/** One seq is one message for everyone, a message has one seq, and what is kept has no hole. */
export function brokenOrder(run: Run): Violation[] {
  const violations: Violation[] = [];
  const bySeq = new Map<string, { client: string; text: string }>();
  const byId = new Map<string, { client: string; seq: number }>();
  const texts = new WeakMap<object, string>();
  for (const { client, epoch, seq, message } of sightings(run)) {
    const text = texts.get(message) ?? JSON.stringify(message);
    texts.set(message, text);
    const other = bySeq.get(`${epoch}:${seq}`);
    if (!other) bySeq.set(`${epoch}:${seq}`, { client, text });
    else if (other.text !== text) {
      const evidence = `at ${epoch}:${seq} ${other.client} saw ${other.text.slice(0, 200)} and ${client} ${plain(message)}`;
      violations.push({ promise: 'one order', client, evidence });
    }
    const twin = byId.get(`${epoch} ${message.id}`);
    if (!twin) byId.set(`${epoch} ${message.id}`, { client, seq });
    else if (twin.seq !== seq) {
      const evidence = `message ${message.id} is at ${twin.seq} for ${twin.client} and at ${seq}`;
      violations.push({ promise: 'once', client, evidence });
    }
    if (message.seq !== seq) {
      violations.push({ promise: 'one order', client, evidence: `event ${seq} creates ${plain(message)}` });
    }
  }
  return [...violations, ...brokenHistory(run)];
}

function brokenHistory(run: Run): Violation[] {
  const log = finalLog(run);
  if (!log) return [];
  const { messages, seq } = log;
  const whole = run.store === 'memory' ? Math.min(run.history, seq) : seq;
  const isWhole =
    messages.length >= whole && messages.every((message, n) => message.seq === seq - messages.length + 1 + n);
  if (isWhole) return [];
  const evidence = `of ${seq}, ${whole} at least are to be kept; there are ${plain(messages.map((message) => message.seq))}`;
  return [{ promise: 'acknowledged means kept', client: 'witness', evidence }];
}
