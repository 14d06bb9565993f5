import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Scenario } from '../bench.ts';
import { gather } from '../fan-out.ts';
import type { SendReport } from '../load/crowd.ts';
import type { RequestReport } from '../load/requests.ts';
import { lines, type Point } from '../plots.ts';
import { figure, median } from '../section.ts';
import type { Usage } from '../subject.ts';

const spent = (before: Usage, after: Usage) => after.user + after.system - before.user - before.system;

const STORES = ['memory', 'sqlite'] as const;

/** In a folder of its own where the store needs one. */
async function inStore<Result>(
  store: (typeof STORES)[number],
  work: (environment: Record<string, string>) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'chat-bench-'));
  const environment = { CHAT_STORE: store, CHAT_SQLITE_PATH: join(folder, 'chat.sqlite') };
  return work(environment).finally(() => rm(folder, { recursive: true, force: true }));
}

export const sending: Scenario = {
  name: 'sending',
  title: 'Messages that are taken in a second',
  async run(bench) {
    const ways = STORES.flatMap((store) => [
      { store, by: 'Socket.IO', send: socketFlood },
      { store, by: 'POST /send', send: restFlood },
    ]);
    const runs = await bench.interleaved(ways, ({ store, send }) => inStore(store, (kept) => send(bench, kept)));
    const of = (index: number, read: (run: (typeof runs)[0][0]) => number | null) => median(runs[index]!.map(read));
    const ratio = of(2, ({ rate }) => rate)! / of(0, ({ rate }) => rate)!;
    return {
      how:
        '20 people in one room keep 10 messages each unanswered over Socket.IO, or 20 connections send one request ' +
        'after the other over REST; 20 people listen either way. A message is answered when it is kept.',
      columns: ['store', 'by', 'messages/s', 'CPU µs a message', 'p50 ms', 'p99 ms', 'refused'],
      rows: ways.map(({ store, by }, index) => [
        store,
        by,
        of(index, ({ rate }) => rate),
        of(index, ({ cost }) => cost),
        of(index, ({ p50 }) => p50),
        of(index, ({ p99 }) => p99),
        of(index, ({ refused }) => refused),
      ]),
      verdicts: [],
      notes: [
        `Over Socket.IO, SQLite takes ${figure(ratio)} times as many messages as memory.`,
        ...(runs.flat().some(({ saturated }) => saturated)
          ? ['**The load generator was saturated** in some runs: the server may take more than told.']
          : []),
      ],
      runs: ways.map(({ store, by }, index) => ({ store, by, runs: runs[index] })),
    };
  },
};

function socketFlood(bench: Bench, environment: Record<string, string>) {
  return bench.with(
    'ours',
    async (subject, load) => {
      await gather(subject, load, { subject: 'ours', receivers: 20 });
      const order = { senders: 20, window: 10, seconds: bench.options.seconds };
      await load.send({ ...order, seconds: 1 });
      const before = await subject.usage();
      const report = await load.send(order);
      return summary(report, report.accepted, report.seconds, spent(before, await subject.usage()));
    },
    environment,
  );
}

function restFlood(bench: Bench, environment: Record<string, string>) {
  return bench.with(
    'ours',
    async (subject, load) => {
      await gather(subject, load, { subject: 'ours', receivers: 20 });
      const order = { url: subject.url, connections: 20, seconds: bench.options.seconds };
      await load.requests({ ...order, seconds: 1 });
      const before = await subject.usage();
      const report = await load.requests(order);
      return summary(report, report.answered, report.seconds, spent(before, await subject.usage()));
    },
    environment,
  );
}

function summary(report: SendReport | RequestReport, taken: number, seconds: number, cpu: number) {
  const { latency, load, refused } = report;
  return { rate: taken / seconds, cost: cpu / Math.max(1, taken), refused, ...latency, saturated: load.saturated };
}

export const longPolls: Scenario = {
  name: 'idle-polls',
  title: 'What a waiting long poll holds',
  async run(bench) {
    const polls = bench.people(2_000);
    const runs = await bench.interleaved(['ours'] as const, (name) =>
      bench.with(name, async (subject, load) => {
        const { url } = subject;
        await load.hold({ url, connections: bench.people(200) });
        const empty = await subject.memory('held');
        await load.hold({ url, connections: polls });
        const waiting = /^chat_waiting_polls (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
        const full = await subject.memory('held');
        return { bytes: (full.rss - empty.rss) / polls, waiting: Number(waiting) };
      }),
    );
    const bytes = median(runs[0]!.map((run) => run.bytes))!;
    return {
      how: '`GET /events?wait=30`, each on a connection of its own; bytes of the process after its garbage is collected.',
      columns: ['polls that wait', 'KB each'],
      rows: [[median(runs[0]!.map(({ waiting }) => waiting)), bytes / 1024]],
      verdicts: [],
      notes: [],
      runs: runs[0],
    };
  },
};

/** As many as a busy room has in an hour: a hundred a second. */
const HOUR = 360_000;

/** How often memory is looked at. */
const LOOKS = 24;

/** After the first looks, memory may vary by so much. */
const FLAT = 1.1;

export const memory: Scenario = {
  name: 'memory',
  title: 'Memory over an hour of work, made short',
  async run(bench) {
    const messages = Math.round(HOUR / bench.options.shrink / LOOKS);
    const looks = await bench.with('ours', async (subject, load) => {
      await gather(subject, load, { subject: 'ours', receivers: 20 });
      const taken: { sent: number; rss: number; heap: number }[] = [];
      let sent = 0;
      for (let look = 1; look <= LOOKS; look++) {
        const { accepted } = await load.send({ senders: 20, window: 20, seconds: 5, messages });
        sent += accepted;
        const { rss, heapUsed } = await subject.memory(look % 4 === 0 ? 'held' : 'memory');
        taken.push({ sent, rss: rss / 2 ** 20, heap: heapUsed / 2 ** 20 });
      }
      return taken;
    });
    const points = looks.flatMap(({ sent, rss }): Point[] => [{ sent, megabytes: rss, what: 'resident' }]);
    const held = looks.filter((_, index) => index % 4 === 3);
    points.push(...held.map(({ sent, heap }) => ({ sent, megabytes: heap, what: 'heap, garbage collected' })));
    lines('memory', points, {
      x: { field: 'sent', title: 'messages taken' },
      y: { field: 'megabytes', title: 'MB' },
      series: 'what',
    });
    const [first, last] = [held[Math.floor(held.length / 3)]!, held.at(-1)!];
    const third = LOOKS / 3;
    const resident = (from: number) => Math.max(...looks.slice(from, from + third).map(({ rss }) => rss));
    return {
      how:
        `${figure(looks.at(-1)!.sent)} messages; a room with a hundred a second has ${figure(HOUR)} in an hour. They are sent as ` +
        'fast as they are taken; 20 people, the store in memory with its usual bounds on history and remembered ids.',
      columns: ['messages', 'resident MB', 'heap MB after its garbage is collected'],
      rows: held.map(({ sent, rss, heap }) => [sent, rss, heap]),
      verdicts: [
        {
          target: `the heap is flat after the first third (at most ${FLAT} times)`,
          measured: `${figure(first.heap)} MB, then ${figure(last.heap)} MB`,
          met: last.heap <= first.heap * FLAT,
        },
        {
          target: 'so is what is resident, from the second third to the last',
          measured: `${figure(resident(third))} MB, then ${figure(resident(2 * third))} MB`,
          met: resident(2 * third) <= resident(third) * FLAT,
        },
      ],
      notes: [],
      plots: ['memory'],
      runs: looks,
    };
  },
};
