import { cpus } from 'node:os';
import type { Bench } from './bench.ts';
import type { JoinOrder, SendReport } from './load/crowd.ts';
import { type Cell, median } from './section.ts';
import type { Subject, SubjectName } from './subject.ts';
import type { Load } from './load-process.ts';

/** Above this nobody would call it a chat, in milliseconds. */
export const TOO_LATE = 250;

const SENDERS = 20;

/** Any server can do so many messages a second. */
const EASY = 50;

/** Seconds. */
const WARMING = 0.5;

/** How long a server that has fallen behind is waited for before it is measured, and asked, in milliseconds. */
const PATIENCE = 2_000;

/** From so much of a core on, what else runs on the machine counts as a disturbance. */
const DISTURBED = 0.2;

export interface FanOut {
  subject: SubjectName;
  receivers: number;
  /** Messages a second, in all rooms together. */
  rate: number;
  rooms?: number;
  transport?: JoinOrder['transport'];
  seconds?: number;
  /** How long a server that has fallen behind in warming up is waited for, in milliseconds. */
  drain?: number;
}

export interface FanOutRun extends SendReport {
  /** Server CPU time for one delivery, in microseconds, and what part of it the kernel took. */
  cost: number;
  kernel: number;
  /** Share of a core. */
  core: number;
  rateOut: number;
  fellBehind: boolean;
  /** Cores that neither server nor load generator used, but somebody did. */
  others: number;
}

/** One fresh server, a crowd, messages at a steady rate. */
export function fanOut(bench: Bench, order: FanOut): Promise<FanOutRun> {
  return bench.with(order.subject, async (subject, load) => {
    await gather(subject, load, order);
    const { rate, receivers } = order;
    const senders = Math.min(receivers, Math.max(SENDERS, order.rooms ?? 1));
    const { seconds = bench.options.seconds, drain = PATIENCE } = order;
    // Once through everything before it counts: code is compiled, buffers are as large as they will be.
    await load.send({ senders, rate: Math.min(rate, EASY), seconds: WARMING, drain });
    const warm = await measure(subject, () => load.send({ senders, rate, seconds: WARMING, drain }));
    // Who cannot do it for half a second would need minutes for what comes in three.
    if (warm.missing > 0) return warm;
    return measure(subject, () => load.send({ senders, rate, seconds, drain: 6_000 }));
  });
}

export async function gather(subject: Subject, load: Load, order: Omit<FanOut, 'rate'>): Promise<void> {
  const rooms = roomNames(order.rooms);
  if (subject.name === 'ours' && rooms.length > 1) await openRooms(subject, rooms.slice(1));
  const { url, protocol } = subject;
  const transport = order.transport ?? 'websocket';
  await load.join({ url, protocol, transport, people: order.receivers, rooms, inFlight: 100 });
}

export function roomNames(count = 1): string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? 'lobby' : `room-${index}`));
}

export async function measure(subject: Subject, work: () => Promise<SendReport>): Promise<FanOutRun> {
  const before = await subject.usage();
  const busyBefore = busySeconds();
  const report = await work();
  const busy = busySeconds() - busyBefore;
  // What it costs to be late is not told anyway.
  const after = await subject.usage(PATIENCE).catch(() => ({ user: NaN, system: NaN }));
  const system = after.system - before.system;
  const cpu = after.user - before.user + system;
  const { deliveries, seconds, latency, missing, faults, refused, cut } = report;
  return {
    ...report,
    cost: cpu / Math.max(1, deliveries),
    kernel: system / Math.max(1, cpu),
    core: cpu / 1e6 / seconds,
    rateOut: deliveries / seconds,
    fellBehind: missing + faults + refused + cut > 0 || (latency.p99 ?? Infinity) > TOO_LATE,
    others: busy / seconds - cpu / 1e6 / seconds - report.load.cpu,
  };
}

/** Of all cores together, since the machine was started. */
function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}

export const COLUMNS = [
  'CPU µs a delivery',
  'in the kernel',
  'of a core',
  'deliveries/s',
  'p50 ms',
  'p99 ms',
  'events a frame',
  'delivered',
];

const percent = (share: number | null) =>
  share === null || Number.isNaN(share) ? null : `${Math.round(share * 100)} %`;

/** The medians of several runs of the same. */
export function middle(runs: FanOutRun[]) {
  const of = (read: (run: FanOutRun) => number | null) => median(runs.map(read));
  return {
    // No number where it had no time to tell: that is never within any bound.
    cost: of(({ cost }) => cost) ?? NaN,
    kernel: of(({ kernel }) => kernel) ?? NaN,
    core: of(({ core }) => core) ?? NaN,
    rateOut: of(({ rateOut }) => rateOut)!,
    p50: of(({ latency }) => latency.p50),
    p99: of(({ latency }) => latency.p99),
    batch: of(({ deliveries, frames }) => deliveries / Math.max(1, frames))!,
    complete: runs.every(({ missing, faults, refused, cut }) => missing + faults + refused + cut === 0),
    fellBehind: runs.some(({ fellBehind }) => fellBehind),
  };
}

export type Middle = ReturnType<typeof middle>;

export function cells(runs: FanOutRun[]): Cell[] {
  const { cost, kernel, core, rateOut, p50, p99, batch, complete, fellBehind } = middle(runs);
  // A saturated server is cheap, for it hands over in one go what should have gone long ago.
  const failure = complete || (p99 ?? Infinity) > TOO_LATE ? 'falls behind' : 'loses messages';
  const price = fellBehind ? failure : cost;
  return [price, percent(kernel), percent(core), rateOut, p50, p99, batch, complete ? 'everything' : losses(runs)];
}

/** Whether the load generator kept up with what it measured. */
export function warnings(title: string, runs: FanOutRun[]): string[] {
  const strained = runs.filter(({ load }) => load.saturated);
  if (strained.length === 0) return [];
  const cpu = Math.max(...strained.map(({ load }) => load.cpu));
  const lag = Math.max(...strained.map(({ load }) => load.lag));
  return [
    `**The load generator was saturated** in ${strained.length} of ${runs.length} runs of ${title} ` +
      `(${percent(cpu)} of its core, ${Math.round(lag)} ms late): latency and throughput there are its own.`,
  ];
}

/** Whether the machine had other things to do. */
export function disturbances(runs: FanOutRun[]): string[] {
  const disturbed = runs.filter(({ others }) => others > DISTURBED);
  if (disturbed.length === 0) return [];
  const most = percent(Math.max(...disturbed.map(({ others }) => others)));
  return [`**Something else used up to ${most} of a core** in ${disturbed.length} of ${runs.length} runs.`];
}

function losses(runs: FanOutRun[]): string {
  const sum = (read: (run: FanOutRun) => number) => runs.reduce((total, run) => total + read(run), 0);
  const missing = sum((run) => Math.max(0, run.missing));
  const cut = sum((run) => run.cut);
  const refused = sum((run) => run.refused);
  const parts = [
    missing > 0 && `${missing} missing`,
    sum(({ faults }) => faults) > 0 && `${sum(({ faults }) => faults)} gaps or repeats`,
    refused > 0 && `${refused} refused`,
    cut > 0 && `${cut} cut off`,
  ];
  return parts.filter(Boolean).join(', ');
}

async function openRooms({ url }: Subject, names: string[]): Promise<void> {
  const post = async (path: string, body: object, token = '') => {
    const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (answer.status !== 201) throw new Error(`${path} was answered with ${answer.status}`);
    return (await answer.json()) as { token: string };
  };
  const { token } = await post('/api/chat/join', { nickname: 'founder' });
  for (const name of names) await post('/api/chat/rooms', { name }, token);
}
