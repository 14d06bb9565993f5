import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit, type Visitor } from '../support/browser.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';
import { connect, stopSockets } from '../support/socket.js';

let url: string;
beforeAll(async () => ({ url } = await new ServerProcess().start()));
afterAll(closeBrowser);
afterAll(stopSockets);
afterAll(stopProcesses);

/** Waits until that is what is said of who types. */
const typing = ({ page }: Visitor, words: string) =>
  page.waitForFunction(
    (expected) => document.querySelector('[data-testid=typing-line]')?.textContent === expected,
    words,
  );

/** They write on and on meanwhile, so that nothing fades, however slow the machine. */
async function whileWriting<T>(writers: Visitor[], looking: Promise<T>): Promise<T> {
  let isLooking = true;
  const looked = looking.finally(() => (isLooking = false));
  looked.catch(() => undefined);
  while (isLooking) for (const writer of writers) await writer.see('composer').pressSequentially('m');
  return looked;
}

describeInBrowser('who types', () => {
  it('is named to the others, and not to the typist', async () => {
    const ann = await (await visit(url)).join('Ann');
    const bob = await (await visit(url)).join('Bob');
    const cem = await (await visit(url)).join('Cem');
    await whileWriting([ann], typing(cem, 'Ann is typing'));
    await whileWriting([ann, bob], typing(cem, 'Ann and Bob are typing'));
    await whileWriting([bob, ann], typing(ann, 'Bob is typing'));
    await whileWriting([bob, ann], cem.shot('typing'));
    expect(await whileWriting([bob, ann], cem.faults())).toEqual([]);
    await ann.see('composer').fill('');
    await whileWriting([bob], typing(cem, 'Bob is typing'));
    await bob.see('composer').press('Enter');
    await typing(cem, '');
    await Promise.all([ann, bob, cem].map((visitor) => visitor.leave()));
  });

  it('ends by itself when nothing more is written, and when the typist goes', async () => {
    const dan = await (await visit(url)).join('Dan');
    const eva = await (await visit(url)).join('Eva');
    await dan.see('composer').pressSequentially('I was about to');
    await typing(eva, 'Dan is typing');
    await typing(eva, '');
    await dan.see('composer').pressSequentially(' say');
    await typing(eva, 'Dan is typing');
    await dan.see('leave-button').click();
    await typing(eva, '');
    await dan.leave();
    await eva.leave();
  });

  it('goes on as long as somebody writes', async () => {
    const flo = await (await visit(url)).join('Flo');
    const gus = await (await visit(url)).join('Gus');
    await flo.see('composer').pressSequentially('a');
    await typing(gus, 'Flo is typing');
    const lines: string[] = [];
    await gus.page.exposeFunction('wrote', (line: string) => lines.push(line));
    await gus.page.evaluate(() => {
      const line = document.querySelector('[data-testid=typing-line]')!;
      const { wrote } = window as unknown as { wrote: (text: string) => void };
      new MutationObserver(() => wrote(line.textContent ?? '')).observe(line, { childList: true, subtree: true });
    });
    await flo.see('composer').pressSequentially(' long story'.repeat(2), { delay: 350 });
    expect(lines).toEqual([]);
    await flo.leave();
    await gus.leave();
  });

  it('is several people when it is many', async () => {
    const hal = await (await visit(url)).join('Hal');
    const others = ['Ida', 'Jon', 'Kim'].map((nickname) => connect(url, 'lobby', { nickname }));
    await Promise.all(others.map((other) => other.joined()));
    await Promise.all(others.map((other) => other.ask('typing:set', { typing: true })));
    await typing(hal, 'Several people are typing');
    await hal.leave();
  });
});
