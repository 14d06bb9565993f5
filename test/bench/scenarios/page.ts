import type { Page } from 'playwright-core';
import type { Scenario } from '../bench.ts';
import { gather } from '../fan-out.ts';
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
      const { before, after, arrived } = await bench.with('ours', async (subject, load) => {
        await gather(subject, load, { subject: 'ours', receivers: 20 });
        const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } });
        await enter(tab, subject.url);
        await load.send({ senders: 20, rate: 100, seconds: 2 });
        const quiet = await smoothness(tab, '');
        const text = 'what somebody types while everybody else is talking';
        const talking = load.send({ senders: 20, rate: 100, seconds: bench.options.seconds * 3 });
        await tab.getByTestId('composer').pressSequentially(text, { delay: 100 });
        const { accepted } = await talking;
        return { before: quiet, after: await smoothness(tab, text), arrived: accepted };
      });
      const longest = Math.max(0, ...after.longTasks);
      return {
        how:
          `Chromium, headless, a page in the lobby with 20 others who send 100 messages a second for ` +
          `${bench.options.seconds * 3} s while somebody types; the page shares its core with the load generator.`,
        columns: ['messages', `tasks over ${LONG_TASK} ms`, 'longest ms', 'elements before', 'elements after'],
        rows: [[arrived, after.longTasks.length, longest, before.elements, after.elements]],
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
        notes: [],
        runs: { before, after },
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
