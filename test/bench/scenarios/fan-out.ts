import type { Bench, Scenario, Table } from '../bench.ts';
import {
  cells,
  COLUMNS,
  disturbances,
  fanOut,
  type FanOut,
  type FanOutRun,
  type Middle,
  middle,
  warnings,
} from '../fan-out.ts';
import { figure, type Verdict } from '../section.ts';
import { SUBJECTS } from '../subject.ts';

type Judge = (ours: Middle, stock: Middle, oneWrite: Middle | undefined) => Verdict[];

/** Stock Socket.IO's cost counts where it keeps up. */
const REFERENCE_RATE = 50;

/** The medians of two runs of one server are seldom nearer to each other, in milliseconds. */
const NOISE = 1;

const NO_REFERENCE = `**Stock Socket.IO fell behind at ${REFERENCE_RATE} messages/s here**: nothing can be held against it.`;

const at = (value: number | null, unit: string) => `${figure(value)} ${unit}`;

const everything: (ours: Middle) => Verdict = (ours) => ({
  target: 'everything is delivered',
  measured: ours.complete ? 'yes' : 'no',
  met: ours.complete,
});

const p99Within: (most: number) => Judge = (most) => (ours) => [
  everything(ours),
  { target: `p99 ≤ ${most} ms`, measured: at(ours.p99, 'ms'), met: ours.p99 !== null && ours.p99 <= most },
];

const noWorseThanStock: (share: number, words: string) => Judge = (share, words) => (ours, stock) => [
  everything(ours),
  {
    target: "p99 no worse than stock Socket.IO's",
    measured: `${at(ours.p99, 'ms')} against ${at(stock.p99, 'ms')}`,
    met: !stock.fellBehind && (ours.p99 ?? Infinity) <= (stock.p99 ?? 0) + NOISE,
  },
  {
    target: `CPU a delivery ${words} than stock's`,
    measured: `${at(ours.cost, 'µs')} against ${at(stock.cost, 'µs')}`,
    met: !stock.fellBehind && ours.cost <= stock.cost * share,
  },
];

const JUDGES: Record<number, Judge> = {
  10: noWorseThanStock(1, 'lower'),
  50: noWorseThanStock(2 / 3, 'a third lower'),
  100: (...all) => [
    ...p99Within(60)(...all),
    { target: 'at most 40 % of a core', measured: at(all[0].core * 100, '%'), met: all[0].core <= 0.4 },
  ],
  500: p99Within(100),
  1000: (ours, stock, oneWrite) => [
    ...p99Within(100)(ours, stock, oneWrite),
    {
      target: 'a million deliveries a second on one core (98 % of what was sent in the time, the last flush included)',
      measured: figure(ours.rateOut),
      met: ours.rateOut >= 980_000,
    },
    {
      target: 'a fourteenth of what stock costs a delivery at 50 messages/s',
      measured: `1 / ${figure(stock.cost / ours.cost)}`,
      met: !stock.fellBehind && ours.cost <= stock.cost / 14,
    },
    {
      target: 'less than half of one write a message',
      measured: `${at(ours.cost, 'µs')} against ${at(oneWrite?.cost ?? null, 'µs')}`,
      met: oneWrite !== undefined && ours.cost < oneWrite.cost / 2,
    },
  ],
};

function rowsFor(rate: number, receivers: number): FanOut[] {
  const row = (subject: FanOut['subject'], at: number) => ({ subject, receivers, rate: at });
  const compared = [row('ours', rate), row('stock', rate), row('raw', rate), row('one-write', rate)];
  if (rate < REFERENCE_RATE) return compared;
  if (rate === REFERENCE_RATE) return [...compared, row('nest', rate)];
  // Where stock no longer keeps up, its cost is that of the rate where it still does.
  return [...compared, row('stock', REFERENCE_RATE), row('one-write', REFERENCE_RATE)];
}

async function run(bench: Bench, rate: number, receivers: number, judge: Judge): Promise<Table> {
  const orders = rowsFor(rate, bench.people(receivers));
  const runs = await bench.interleaved(
    orders,
    (order) => fanOut(bench, order),
    // Nobody learns more from a server that is seconds late by making it so again.
    (done: FanOutRun[]) => done.some(({ fellBehind }) => fellBehind),
  );
  const find = (subject: FanOut['subject'], at: number) => {
    const index = orders.findIndex((order) => order.subject === subject && order.rate === at);
    return index < 0 ? undefined : middle(runs[index]!);
  };
  const ours = find('ours', rate)!;
  const stock = find('stock', Math.min(rate, REFERENCE_RATE))!;
  const oneWrite = find('one-write', Math.min(rate, REFERENCE_RATE));
  return {
    how: `${figure(orders[0]!.receivers)} receivers over WebSocket in one room, 20 of them send, ${figure(rate)} messages a second in all.`,
    columns: ['server', 'messages/s', 'of stock', ...COLUMNS],
    rows: orders.map(({ subject, rate: sent }, index) => {
      const { cost, fellBehind } = middle(runs[index]!);
      return [
        SUBJECTS[subject].title,
        sent,
        fellBehind || stock.fellBehind ? '' : `${figure(cost / stock.cost)} ×`,
        ...cells(runs[index]!),
      ];
    }),
    verdicts: judge(ours, stock, oneWrite),
    notes: [
      ...(stock.fellBehind ? [NO_REFERENCE] : []),
      ...orders.flatMap(({ subject }, index) => warnings(SUBJECTS[subject].title, runs[index]!)),
      ...disturbances(runs.flat()),
    ],
    runs: orders.map((order, index) => ({ ...order, runs: runs[index] })),
  };
}

export const fanOuts: Scenario[] = [10, 50, 100, 500, 1000].map((rate) => ({
  name: `fan-out-${rate}`,
  title: `1,000 receivers, ${figure(rate)} messages a second`,
  run: (bench) => run(bench, rate, 1_000, JUDGES[rate]!),
}));

export const fanOutMany: Scenario = {
  name: 'fan-out-5000',
  title: '5,000 receivers, 100 messages a second',
  async run(bench) {
    const orders: FanOut[] = (['ours', 'stock'] as const).map((subject) => {
      return { subject, receivers: bench.people(5_000), rate: 100 };
    });
    const runs = await bench.interleaved(
      orders,
      (order) => fanOut(bench, order),
      (done: FanOutRun[]) => done.some(({ fellBehind }) => fellBehind),
    );
    const ours = middle(runs[0]!);
    return {
      how: `${figure(orders[0]!.receivers)} receivers over WebSocket in one room, 20 of them send.`,
      columns: ['server', ...COLUMNS],
      rows: orders.map(({ subject }, index) => [SUBJECTS[subject].title, ...cells(runs[index]!)]),
      verdicts: p99Within(250)(ours, ours, undefined),
      notes: [
        ...orders.flatMap(({ subject }, index) => warnings(SUBJECTS[subject].title, runs[index]!)),
        ...disturbances(runs.flat()),
      ],
      runs: orders.map((order, index) => ({ ...order, runs: runs[index] })),
    };
  },
};

export const longPolling: Scenario = {
  name: 'long-polling',
  title: '200 long-polling receivers, 100 messages a second',
  async run(bench) {
    const orders: FanOut[] = (['ours', 'stock'] as const).flatMap((subject) =>
      (['websocket', 'polling'] as const).map((transport) => {
        return { subject, transport, receivers: bench.people(200), rate: 100 };
      }),
    );
    const runs = await bench.interleaved(orders, (order) => fanOut(bench, order));
    const [websocket, polling] = [middle(runs[0]!), middle(runs[1]!)];
    return {
      how: `${figure(orders[0]!.receivers)} receivers in one room, 20 of them send; Engine.IO's polling against its WebSocket.`,
      columns: ['server', 'transport', ...COLUMNS],
      rows: orders.map(({ subject, transport }, index) => [
        SUBJECTS[subject].title,
        transport!,
        ...cells(runs[index]!),
      ]),
      verdicts: [
        everything(polling),
        {
          target: 'at most twice the cost of WebSocket',
          measured: `${figure(polling.cost / websocket.cost)} ×`,
          met: polling.cost <= websocket.cost * 2,
        },
      ],
      notes: [
        ...orders.flatMap(({ subject, transport }, index) =>
          warnings(`${SUBJECTS[subject].title} over ${transport}`, runs[index]!),
        ),
        ...disturbances(runs.flat()),
      ],
      runs: orders.map((order, index) => ({ ...order, runs: runs[index] })),
    };
  },
};

export const smoke: Scenario = {
  name: 'smoke',
  title: 'A few receivers for a moment: does the bench itself work',
  onRequest: true,
  async run(bench) {
    const orders: FanOut[] = (['ours', 'stock', 'lossy'] as const).map((subject) => {
      return { subject, receivers: 20, rate: 100, seconds: 0.5, drain: subject === 'lossy' ? 700 : 10_000 };
    });
    const runs = await Promise.all(orders.map(async (order) => [await fanOut(bench, order)]));
    return {
      how: '20 receivers for half a second, all servers at once. No figure here means anything.',
      columns: ['server', ...COLUMNS],
      rows: orders.map(({ subject }, index) => [SUBJECTS[subject].title, ...cells(runs[index]!)]),
      verdicts: [everything(middle(runs[0]!))],
      notes: [],
      runs: orders.map((order, index) => ({ ...order, runs: runs[index] })),
    };
  },
};
