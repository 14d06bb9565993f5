import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Scenario } from '../bench.ts';
import { disturbances, gather, measure, warnings } from '../fan-out.ts';
import { figure } from '../section.ts';

const TOP = 20;
const OUTPUT = 'test-output/bench';

/** Of the V8 inspector, in microseconds. */
interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

export const profile: Scenario = {
  name: 'profile',
  title: 'Where the CPU time goes',
  run(bench) {
    const receivers = bench.people(1_000);
    return bench.with('ours', async (subject, load) => {
      await gather(subject, load, { subject: 'ours', receivers });
      const order = { senders: 20, rate: 100 };
      await load.send({ ...order, seconds: 1 });
      await subject.startProfile();
      const run = await measure(subject, () => load.send({ ...order, seconds: bench.options.seconds * 2 }));
      const taken = await subject.stopProfile<CpuProfile>();
      mkdirSync(OUTPUT, { recursive: true });
      writeFileSync(join(OUTPUT, 'ours.cpuprofile'), JSON.stringify(taken));
      const { all, functions } = selfTimes(taken);
      return {
        how:
          `${figure(receivers)} receivers, 100 messages a second; the functions with the most time of their own, as shares of ` +
          `the time in which the server worked. The whole profile is in ${OUTPUT}/ours.cpuprofile, for any browser.`,
        columns: ['function', 'where', 'share'],
        rows: functions
          .slice(0, TOP)
          .map(({ name, where, time }) => [name, where, `${((time / all) * 100).toFixed(1)} %`]),
        verdicts: [],
        notes: [
          `The kernel took ${Math.round(run.kernel * 100)} % of the CPU time: it stands in \`writev\` and its like, and in \`(program)\`.`,
          ...warnings('this server', [run]),
          ...disturbances([run]),
        ],
        runs: functions.slice(0, 100),
      };
    });
  },
};

function selfTimes({ nodes, samples, timeDeltas }: CpuProfile) {
  const byNode = new Map<number, number>();
  samples.forEach((id, index) => byNode.set(id, (byNode.get(id) ?? 0) + (timeDeltas[index] ?? 0)));
  const byFunction = new Map<string, { name: string; where: string; time: number }>();
  let all = 0;
  for (const { id, callFrame } of nodes) {
    const time = byNode.get(id) ?? 0;
    if (callFrame.functionName === '(idle)' || callFrame.url === 'node:inspector') continue;
    all += time;
    const name = `\`${callFrame.functionName || '(anonymous)'}\``;
    const where = place(callFrame);
    const known = byFunction.get(name + where) ?? { name, where, time: 0 };
    known.time += time;
    byFunction.set(name + where, known);
  }
  return { all, functions: [...byFunction.values()].sort((a, b) => b.time - a.time) };
}

/** The package or the file of ours; never where it lies on this machine. */
function place({ url, lineNumber }: CpuProfile['nodes'][0]['callFrame']): string {
  if (url === '') return 'native';
  if (url.startsWith('node:')) return url;
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(url)?.[1];
  if (inPackage) return `${inPackage} ${basename(url)}`;
  return `${/dist\/(.+)\.js$/.exec(url)?.[1] ?? basename(url)}:${lineNumber + 1}`;
}
