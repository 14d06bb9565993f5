import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Scenario } from '../bench.ts';
import { gather, roomNames } from '../fan-out.ts';
import { figure, median } from '../section.ts';
import { type SubjectName, SUBJECTS } from '../subject.ts';

const MOST_BYTES = 24 * 1024;

/** In seconds. */
const SOON = 10;

const kilobytes = (bytes: number) => `${figure(bytes / 1024)} KB`;

interface Crowd {
  name: SubjectName;
  rooms: number;
}

/** In one room everybody is told of thousands; in many, of the few beside them. */
const CROWDS: Crowd[] = [
  ...(['ours', 'stock', 'nest', 'raw'] as const).map((name) => ({ name, rooms: 1 })),
  ...(['ours', 'stock'] as const).map((name) => ({ name, rooms: 100 })),
];

export const connections: Scenario = {
  name: 'connections',
  title: 'What a connection costs',
  async run(bench) {
    const people = bench.people(5_000);
    const runs = await bench.interleaved(CROWDS, (crowd) => connecting(bench, people, crowd));
    const rows = CROWDS.map(({ name, rooms }, index) => {
      const of = (read: (run: Connecting) => number) => median(runs[index]!.map(read))!;
      return {
        name,
        rooms,
        bytes: of(({ bytes }) => bytes),
        heap: of(({ heap }) => heap),
        rate: of(({ rate }) => rate),
        cost: of(({ cost }) => cost),
      };
    });
    const [ours, stock] = rows;
    return {
      how:
        `${figure(people)} people come in over WebSocket, a hundred at once, into one room or many. Bytes are those of ` +
        'the process after its garbage is collected, less those it had before them; what the kernel holds comes on top.',
      columns: [
        'server',
        'rooms',
        'bytes a connection',
        'of it in the heap',
        'connected a second',
        'CPU µs to connect',
      ],
      rows: rows.map(({ name, rooms, bytes, heap, rate, cost }) => {
        return [SUBJECTS[name].title, rooms, kilobytes(bytes), kilobytes(heap), rate, cost];
      }),
      verdicts: [
        {
          target: 'at most 24 KB a connection, and less than stock',
          measured: `${kilobytes(ours!.bytes)} against ${kilobytes(stock!.bytes)}`,
          met: ours!.bytes <= MOST_BYTES && ours!.bytes < stock!.bytes,
        },
        {
          target: 'people connect at least as fast as with stock',
          measured: `${figure(ours!.rate)} against ${figure(stock!.rate)} a second`,
          met: ours!.rate >= stock!.rate,
        },
      ],
      notes: runs.flat().some(({ load }) => load.saturated)
        ? ['**The load generator was saturated** in some runs: the servers may connect people faster than told.']
        : [],
      runs: CROWDS.map((crowd, index) => ({ ...crowd, runs: runs[index] })),
    };
  },
};

type Connecting = Awaited<ReturnType<typeof connecting>>;

function connecting(bench: Bench, people: number, { name, rooms }: Crowd) {
  return bench.with(name, async (subject, load) => {
    // What is made once, with the first of them, is nobody's connection.
    await gather(subject, load, { subject: name, receivers: bench.people(500), rooms });
    const { url, protocol } = subject;
    const crowd = { url, protocol, transport: 'websocket' as const, rooms: roomNames(rooms), inFlight: 100 };
    const empty = await subject.memory('held');
    const before = await subject.usage();
    const joined = await load.join({ ...crowd, people, prefix: 'new' });
    const after = await subject.usage();
    const full = await subject.memory('held');
    const heap = (memory: NodeJS.MemoryUsage) => memory.heapUsed + memory.external;
    return {
      bytes: (full.rss - empty.rss) / people,
      heap: (heap(full) - heap(empty)) / people,
      rate: people / joined.seconds,
      cost: (after.user + after.system - before.user - before.system) / people,
      load: joined.load,
    };
  });
}

/** A presence packet for each change and person would be a thousand for everybody. */
const MOST_PRESENCE = 50;

export const massJoin: Scenario = {
  name: 'mass-join',
  title: 'A thousand people join while a thousand look on',
  async run(bench) {
    const people = bench.people(1_000);
    const runs = await bench.interleaved(['ours'] as const, (name) =>
      bench.with(name, async (subject, load) => {
        await gather(subject, load, { subject: name, receivers: people });
        const { url, protocol } = subject;
        const crowd = { url, protocol, transport: 'websocket' as const, rooms: ['lobby'], inFlight: people };
        const before = await subject.usage();
        const { seconds, presence } = await load.join({ ...crowd, people, prefix: 'new', linger: 2_000 });
        const after = await subject.usage();
        return { seconds, presence, cost: after.user + after.system - before.user - before.system };
      }),
    );
    const [done] = runs;
    const packets = median(done!.map(({ presence }) => presence))!;
    const each = packets / people / 2;
    return {
      how: `${figure(people)} people ask to come in at the same moment; packets about presence are counted at everybody.`,
      columns: ['all in after s', 'presence packets in all', 'to each person', 'CPU s'],
      rows: [[median(done!.map(({ seconds }) => seconds)), packets, each, median(done!.map(({ cost }) => cost / 1e6))]],
      verdicts: [
        {
          target: `never one packet for each person and change: at most ${MOST_PRESENCE} to each person`,
          measured: `${figure(each)} to each`,
          met: each <= MOST_PRESENCE,
        },
      ],
      notes: [],
      runs: done,
    };
  },
};

export const reconnect: Scenario = {
  name: 'reconnect',
  title: 'Everybody comes back after a restart',
  async run(bench) {
    const people = bench.people(5_000);
    const runs = await bench.interleaved(['ours'] as const, async (name) => {
      const folder = await mkdtemp(join(tmpdir(), 'chat-bench-'));
      const kept = { CHAT_STORE: 'sqlite', CHAT_SQLITE_PATH: join(folder, 'chat.sqlite') };
      const work = bench.with(
        name,
        async (subject, load) => {
          await gather(subject, load, { subject: name, receivers: people });
          await load.send({ senders: 20, rate: 50, seconds: 1 });
          const returning = load.comeBack();
          await subject.stop();
          const logged = subject.logged;
          await subject.start();
          const listening = Number(process.hrtime.bigint());
          const report = await returning;
          const after = await load.send({ senders: 20, rate: 10, seconds: 1 });
          const { missing, faults } = after;
          const lost = missing + faults;
          return { ...report, seconds: (report.at - listening) / 1e9, lost, logged: subject.logged - logged };
        },
        kept,
      );
      return work.finally(() => rm(folder, { recursive: true, force: true }));
    });
    const done = runs[0]!;
    const worst = {
      seconds: Math.max(...done.map(({ seconds }) => seconds)),
      recovered: Math.min(...done.map(({ recovered }) => recovered)),
      logged: Math.max(...done.map(({ logged }) => logged)),
      lost: Math.max(...done.map(({ lost }) => lost)),
    };
    return {
      how:
        `${figure(people)} people are connected (SQLite) when the server is killed and started again. Each tries again ` +
        'after 0.1 to 0.6 s until it is in, with token and cursor. The time runs from when the server listens again.',
      columns: ['back', 'recovered', 'all back after s', 'tries', 'lines logged', 'lost afterwards'],
      rows: done.map(({ back, recovered, seconds, tries, logged, lost }) => {
        return [back, recovered, seconds, tries, logged, lost];
      }),
      verdicts: [
        {
          target: `all are back and recovered within ${SOON} s`,
          measured: `${figure(worst.recovered)} of ${figure(people)} in ${figure(worst.seconds)} s`,
          met: worst.recovered === people && worst.seconds <= SOON && worst.lost === 0,
        },
        {
          target: 'no storm in the log (at most 10 lines)',
          measured: `${worst.logged} lines`,
          met: worst.logged <= 10,
        },
      ],
      notes: done.some(({ load }) => load.saturated)
        ? ['**The load generator was saturated**: the server may take everybody back faster than told.']
        : [],
      runs: done,
    };
  },
};
