import type { Bench, Scenario } from '../bench.ts';
import { disturbances, type FanOutRun, gather, measure, TOO_LATE, warnings } from '../fan-out.ts';
import { lines } from '../plots.ts';
import { figure } from '../section.ts';
import { type SubjectName, SUBJECTS } from '../subject.ts';

/** Messages a second, until it is too many. */
const STEPS = [25, 50, 60, 75, 90, 110, 150, 250, 500, 1_000, 1_500, 2_000, 3_000];

/** Seconds of one step. */
const STEP = 2;

export const capacity: Scenario = {
  name: 'capacity',
  title: `Deliveries a second at a p99 under ${TOO_LATE} ms`,
  async run(bench) {
    const receivers = bench.people(1_000);
    const subjects: SubjectName[] = ['ours', 'stock', 'nest', 'raw', 'one-write'];
    const climbs: Climb[] = [];
    for (const subject of subjects) climbs.push(await climb(bench, subject, receivers));
    const points = climbs.flatMap(({ subject, steps }) =>
      steps.map(({ rate, run }) => ({ server: SUBJECTS[subject].title, rate, p99: run.latency.p99 ?? TOO_LATE })),
    );
    lines('capacity', points, {
      x: { field: 'rate', title: `messages a second to ${figure(receivers)} receivers`, log: true },
      y: { field: 'p99', title: 'p99 ms', log: true },
      series: 'server',
    });
    const most = climbs.map(({ steps }) => Math.max(0, ...steps.map(({ run }) => (run.fellBehind ? 0 : run.rateOut))));
    const stock = most[subjects.indexOf('stock')]!;
    return {
      how:
        `${figure(receivers)} receivers over WebSocket, 20 of them send, more and more messages a second ` +
        `(${STEPS.map(figure).join(', ')}; ${STEP} s each) until something is lost or the p99 is over ${TOO_LATE} ms.`,
      columns: ['server', 'deliveries/s', 'of stock', 'CPU µs a delivery then', 'first that was too much, messages/s'],
      rows: climbs.map(({ subject, steps }, index) => {
        const failed = steps.find(({ run }) => run.fellBehind);
        const best = steps.filter(({ run }) => !run.fellBehind).at(-1);
        return [
          SUBJECTS[subject].title,
          most[index]!,
          `${figure(most[index]! / stock)} ×`,
          best?.run.cost ?? null,
          failed ? failed.rate : `not reached at ${figure(STEPS.at(-1)!)}`,
        ];
      }),
      verdicts: [],
      notes: [
        ...climbs.flatMap(({ subject, steps }) =>
          steps.flatMap(({ rate, run }) => warnings(`${SUBJECTS[subject].title} at ${figure(rate)}/s`, [run])),
        ),
        ...disturbances(climbs.flatMap(({ steps }) => steps.map(({ run }) => run))),
      ],
      plots: ['capacity'],
      runs: climbs,
    };
  },
};

interface Climb {
  subject: SubjectName;
  steps: { rate: number; run: FanOutRun }[];
}

/** The same server and the same people, step by step. */
function climb(bench: Bench, name: SubjectName, receivers: number): Promise<Climb> {
  return bench.with(name, async (subject, load) => {
    await gather(subject, load, { subject: name, receivers });
    const senders = Math.min(20, receivers);
    await load.send({ senders, rate: STEPS[0]!, seconds: 1 });
    const steps: Climb['steps'] = [];
    for (const rate of STEPS) {
      const seconds = Math.min(STEP, bench.options.seconds);
      const run = await measure(subject, () => load.send({ senders, rate, seconds, drain: 4_000 }));
      steps.push({ rate, run });
      process.stderr.write('.');
      if (run.fellBehind) break;
    }
    return { subject: name, steps };
  });
}
