import type { Bench, Scenario } from '../bench.ts';
import { figure, median } from '../section.ts';
import { SUBJECTS, type SubjectName, type Usage } from '../subject.ts';

const spent = (before: Usage, after: Usage) => after.user + after.system - before.user - before.system;

const NAMES = ['rest-express', 'rest-fastify', 'ours'] as const satisfies SubjectName[];

/** As many connections as a crowd over REST keeps, one request after the other on each. */
const CONNECTIONS = 20;

export const restAdapters: Scenario = {
  name: 'rest-adapters',
  title: 'Express and Fastify under Nest',
  async run(bench) {
    const runs = await bench.interleaved([...NAMES], async (name) => ({
      ...(await requests(bench, name)),
      bytes: await idle(bench, name),
    }));
    const of = (name: (typeof NAMES)[number], read: (run: (typeof runs)[0][0]) => number | null) =>
      median(runs[NAMES.indexOf(name)]!.map(read));
    const cost = (name: (typeof NAMES)[number]) => of(name, (run) => run.cost)!;
    const saved = cost('rest-express') - cost('rest-fastify');
    return {
      how:
        `${CONNECTIONS} connections send one \`POST /send\` after the other. The same small Nest application on either ` +
        'framework: a DTO that class-validator checks, a filter that makes problems of errors, the same answer; no log, no ' +
        'identity, no limits, no security headers, which this server has. Then requests that wait, each on a connection of its own.',
      columns: ['', 'requests/s', 'CPU µs a request', 'p50 ms', 'p99 ms', 'refused', 'KB a waiting request'],
      rows: NAMES.map((name) => [
        SUBJECTS[name].title,
        of(name, ({ rate }) => rate),
        cost(name),
        of(name, ({ p50 }) => p50),
        of(name, ({ p99 }) => p99),
        of(name, ({ refused }) => refused),
        of(name, ({ bytes }) => bytes / 1024),
      ]),
      verdicts: [],
      notes: [
        `Fastify saves ${figure(saved)} µs of CPU a request, ${figure((100 * saved) / cost('ours'))} % of what one costs here.`,
        ...(runs.flat().some(({ saturated }) => saturated)
          ? [
              '**The load generator was saturated** in some runs: the servers may take more than told. CPU time is theirs.',
            ]
          : []),
      ],
      runs: NAMES.map((name, index) => ({ name, runs: runs[index] })),
    };
  },
};

function requests(bench: Bench, name: SubjectName) {
  return bench.with(name, async (subject, load) => {
    const order = { url: subject.url, connections: CONNECTIONS, seconds: bench.options.seconds };
    await load.requests(order);
    const before = await subject.usage();
    const { answered, refused, seconds, latency, load: strain } = await load.requests(order);
    const cost = spent(before, await subject.usage()) / Math.max(1, answered);
    return { rate: answered / seconds, cost, refused, ...latency, saturated: strain.saturated };
  });
}

/** Bytes of the process for each request that waits. */
function idle(bench: Bench, name: SubjectName) {
  return bench.with(name, async (subject, load) => {
    const [few, many] = [bench.people(200), bench.people(2_000)];
    await load.hold({ url: subject.url, connections: few });
    const before = await subject.memory('held');
    await load.hold({ url: subject.url, connections: many });
    const after = await subject.memory('held');
    return (after.rss - before.rss) / many;
  });
}
