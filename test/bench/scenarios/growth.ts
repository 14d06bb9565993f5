import type { Bench, Scenario, Table } from '../bench.ts';
import { cells, COLUMNS, disturbances, fanOut, type FanOut, middle, type Middle, warnings } from '../fan-out.ts';
import { lines } from '../plots.ts';
import { figure, type Verdict } from '../section.ts';
import { SUBJECTS } from '../subject.ts';

/** What is still called flat. */
const FLAT = 1.25;

/** Where stock Socket.IO still keeps up with that many receivers. */
const STOCK_MOST = 60_000;

/** Of one measurement: there are many. */
const SECONDS = 2;

interface Growing {
  orders: FanOut[];
  what: 'receivers' | 'rooms';
  how: string;
  plot: string;
}

async function grow(bench: Bench, { orders, what, how, plot }: Growing): Promise<Table> {
  const runs = await bench.interleaved(orders, (order) =>
    fanOut(bench, { ...order, seconds: Math.min(SECONDS, bench.options.seconds) }),
  );
  const middles = runs.map(middle);
  const size = (order: FanOut) => (what === 'rooms' ? order.rooms! : order.receivers);
  const points = orders.map((order, index) => {
    return { server: SUBJECTS[order.subject].title, [what]: size(order), cost: middles[index]!.cost };
  });
  lines(plot, points, {
    x: { field: what, title: what, log: true },
    y: { field: 'cost', title: 'CPU µs a delivery', log: true },
    series: 'server',
  });
  const ours = orders.flatMap((order, index) => (order.subject === 'ours' ? [middles[index]!] : []));
  return {
    how,
    columns: ['server', what, 'messages/s', ...COLUMNS],
    rows: orders.map((order, index) => [
      SUBJECTS[order.subject].title,
      size(order),
      order.rate,
      ...cells(runs[index]!),
    ]),
    verdicts: [flat(ours, what)],
    notes: [
      ...orders.flatMap((order, index) =>
        warnings(`${SUBJECTS[order.subject].title} with ${figure(size(order))} ${what}`, runs[index]!),
      ),
      ...disturbances(runs.flat()),
    ],
    plots: [plot],
    runs: orders.map((order, index) => ({ ...order, runs: runs[index] })),
  };
}

function flat(ours: Middle[], what: string): Verdict {
  const costs = ours.map(({ cost }) => cost);
  const rise = Math.max(...costs.map((cost, index) => cost / Math.min(...costs.slice(0, index + 1))));
  return {
    target: `CPU a delivery flat or falling as ${what} grow (never more than ${FLAT} times what it was)`,
    measured: `${costs.map(figure).join(', ')} µs: at most ${figure(rise)} ×`,
    met: rise <= FLAT,
  };
}

export const growthReceivers: Scenario = {
  name: 'growth-receivers',
  title: 'What a delivery costs as a room grows',
  run(bench) {
    const rate = 50;
    const sizes = [10, 50, 200, 1_000, 5_000].map((size) => bench.people(size));
    const orders = (['ours', 'stock'] as const).flatMap((subject) =>
      sizes
        .filter((receivers) => subject === 'ours' || receivers * rate <= STOCK_MOST)
        .map((receivers): FanOut => ({ subject, receivers, rate })),
    );
    const how = `One room, ${rate} messages a second, WebSocket. Stock Socket.IO is asked only where it keeps up.`;
    return grow(bench, { orders, what: 'receivers', how, plot: 'growth-receivers' });
  },
};

/** So quiet that nothing is gathered in any of them. */
const ROOM = { people: 5, rate: 2 };

export const growthRooms: Scenario = {
  name: 'growth-rooms',
  title: 'What a delivery costs as there are more rooms',
  run(bench) {
    const orders = (['ours', 'stock'] as const).flatMap((subject) =>
      [1, 10, 100, 1_000]
        .filter((rooms) => rooms <= bench.people(1_000))
        .map((rooms): FanOut => ({ subject, rooms, receivers: rooms * ROOM.people, rate: rooms * ROOM.rate })),
    );
    const how =
      `In each room ${ROOM.people} people and ${ROOM.rate} messages a second, so that a thousand rooms are a thousand ` +
      'times the work of one. For every five deliveries a message is also received, checked, kept and acknowledged.';
    return grow(bench, { orders, what: 'rooms', how, plot: 'growth-rooms' });
  },
};
