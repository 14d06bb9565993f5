import type { Page } from 'playwright-core';
import type { Scenario } from '../bench.ts';
import { gather } from '../fan-out.ts';
import { PageTasks } from '../page-tasks.ts';
import { figure } from '../section.ts';

/** In milliseconds, as the browser counts them. */
const LONG_TASK = 50;
/** Elements in the document, whatever was said. */
const MOST_ELEMENTS = 5_000;

interface Smoothness {
  longTasks: number[];
  elements: number;
  typed: boolean;
}

export const page: Scenario = {
  name: 'page',
  title: 'The page, with 100 messages a second in its room',
  async run(bench) {
    const { chromium } = await import('playwright-core');
    const { browserOptions } = await import('../../support/setup.mjs');
    const browser = await chromium.launch(await browserOptions());
    try {
      const { before, after, arrived, tasks } = await bench.with('ours', async (subject, load) => {
        await gather(subject, load, { subject: 'ours', receivers: 20 });
        const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } });
        await enter(tab, subject.url);
        await load.send({ senders: 20, rate: 100, seconds: 2 });
        const quiet = await smoothness(tab, '');
        const text = 'what somebody types while everybody else is talking';
        const watched = await PageTasks.watch(tab);
        const talking = load.send({ senders: 20, rate: 100, seconds: bench.options.seconds * 3 });
        await tab.getByTestId('composer').pressSequentially(text, { delay: 100 });
        const { accepted } = await talking;
        const loaded = await smoothness(tab, text);
        return { before: quiet, after: loaded, arrived: accepted, tasks: await watched.stop() };
      });
      const longest = Math.max(0, ...after.longTasks);
      const busiest = tasks.reduce((most, task) => Math.max(most, task), 0);
      const busy = tasks.reduce((sum, task) => sum + task, 0) / (bench.options.seconds * 3_000);
      return {
        how:
          `Chromium, headless, a page in the lobby with 20 others who send 100 messages a second for ` +
          `${bench.options.seconds * 3} s while somebody types; the page shares its core with the load generator.`,
        columns: [
          'messages',
          `tasks over ${LONG_TASK} ms`,
          'longest ms',
          'most CPU ms of a task',
          'CPU of a core',
          'elements before',
          'elements after',
        ],
        rows: [
          [
            arrived,
            after.longTasks.length,
            longest,
            busiest,
            `${Math.round(busy * 100)} %`,
            before.elements,
            after.elements,
          ],
        ],
        verdicts: [
          {
            target: `typing stays smooth: no task over ${LONG_TASK} ms`,
            measured: longest === 0 ? 'none' : `${after.longTasks.length}, the longest ${figure(longest)} ms`,
            met: longest === 0 && after.typed,
          },
          {
            target: `the document is bounded (at most ${figure(MOST_ELEMENTS)} elements)`,
            measured: figure(after.elements),
            met: after.elements <= MOST_ELEMENTS,
          },
        ],
        notes:
          longest > LONG_TASK && busiest < LONG_TASK
            ? ['No task had so much to do: the long ones waited for a core that others had.']
            : [],
        runs: { before, after, busiest, busy },
      };
    } finally {
      await browser.close();
    }
  },
};

async function enter(tab: Page, url: string): Promise<void> {
  await tab.goto(url);
  await tab.getByTestId('join-name').fill('Onlooker');
  await tab.getByTestId('join-button').click();
  await tab.getByTestId('composer').waitFor();
}

/** Of the time since it was asked before. */
function smoothness(tab: Page, text: string): Promise<Smoothness> {
  return tab.evaluate((expected) => {
    const page = globalThis as unknown as { longTasks?: number[] };
    const longTasks = page.longTasks?.splice(0) ?? [];
    if (!page.longTasks) {
      const seen: number[] = (page.longTasks = []);
      const observer = new PerformanceObserver((list) => seen.push(...list.getEntries().map((task) => task.duration)));
      observer.observe({ type: 'longtask' });
    }
    return {
      longTasks,
      elements: document.querySelectorAll('*').length,
      typed: document.querySelector<HTMLTextAreaElement>('[data-testid=composer]')?.value === expected,
    };
  }, text);
}
