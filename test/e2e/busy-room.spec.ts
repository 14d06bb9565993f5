import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit, type Visitor } from '../support/browser.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';
import { connect, stopSockets, type TestSocket } from '../support/socket.js';

/** Of the document: rows of messages, and what they are made of. */
const MOST_MESSAGES = 400;
const MOST_ELEMENTS = 5_000;

const TYPED = 'typed while everybody else is talking';

let url: string;
let people: TestSocket[];
beforeAll(async () => {
  ({ url } = await new ServerProcess().start());
  people = Array.from({ length: 4 }, (_, index) => connect(url, 'lobby', { nickname: `Talker ${index}` }));
  await Promise.all(people.map((person) => person.joined()));
});
afterAll(stopSockets);
afterAll(closeBrowser);
afterAll(stopProcesses);

/** They say it in that order, as fast as they are answered. */
async function talk(word: string, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number += people.length) {
    const round = people.slice(0, to - number + 1);
    await Promise.all(round.map((person, index) => person.say(`${word} ${number + index}`)));
  }
}

const messages = ({ page }: Visitor) => page.locator('[data-testid=message]').count();
const elements = ({ page }: Visitor) => page.locator('*').count();

describeInBrowser('a busy room', () => {
  it('has few rows in the page, draws them once a frame at most, and leaves typing alone', async () => {
    const ann = await (await visit(url)).join('Ann');
    await ann.status('WebSocket');
    await ann.see('messages').evaluate((list) => {
      const seen = { drawings: 0, frames: 0, most: 0 };
      Object.assign(globalThis, { seen });
      // One call for all that one drawing has changed.
      new MutationObserver(() => {
        seen.drawings++;
        seen.most = Math.max(seen.most, list.querySelectorAll('article').length);
      }).observe(list, { childList: true, subtree: true });
      const frame = () => {
        seen.frames++;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    const talking = talk('line', 1, 480);
    await ann.see('composer').pressSequentially(TYPED, { delay: 20 });
    await talking;
    await ann.reads('line 480');
    expect(await ann.see('composer').inputValue()).toBe(TYPED);
    const seen = await ann.page.evaluate(
      () => (globalThis as unknown as { seen: { drawings: number; frames: number; most: number } }).seen,
    );
    expect(seen.drawings).toBeGreaterThan(0);
    expect(seen.drawings).toBeLessThanOrEqual(seen.frames);
    expect(seen.most).toBeLessThanOrEqual(MOST_MESSAGES);
    expect(await elements(ann)).toBeLessThanOrEqual(MOST_ELEMENTS);
    const said = people[0]!.all('room:events').flatMap(({ events }) => events.map((event) => event.message?.text));
    const shown = await ann.texts();
    expect(shown.length).toBeGreaterThanOrEqual(100);
    expect(shown).toEqual(said.slice(-shown.length));
    await ann.leave();
  });

  it('is not read out message by message, but as how many there were', async () => {
    const ann = await (await visit(url)).join('Ann 2');
    await ann.status('WebSocket');
    expect(await ann.see('messages').getAttribute('aria-live')).toBeNull();
    await talk('heard', 1, 40);
    await ann.page.locator('[data-testid=messages][aria-live=off]').waitFor();
    await ann
      .see('announcement')
      .filter({ hasText: /^\d+ new messages$/ })
      .waitFor({ state: 'attached' });
    await ann.leave();
  });

  it('leaves who reads further up where they are, and lets them read on to the end', async () => {
    const ann = await (await visit(url)).join('Ann 3');
    await talk('before', 1, 40);
    await ann.reads('before 40');
    const line = ann.page.getByText('before 20', { exact: true });
    await line.evaluate((element) => element.scrollIntoView({ block: 'center' }));
    await ann.page.waitForFunction(() => document.querySelector('[data-testid=messages]')!.scrollTop > 0);
    await talk('after', 1, 480);
    await ann.see('new-messages').filter({ hasText: '480' }).waitFor();
    expect(await line.isVisible()).toBe(true);
    expect(await messages(ann)).toBeLessThanOrEqual(MOST_MESSAGES);
    await ann.see('messages').focus();
    const texts = new Set<string>();
    const look = async () => {
      for (const text of await ann.texts()) texts.add(text);
      expect(await messages(ann)).toBeLessThanOrEqual(MOST_MESSAGES);
    };
    // It goes away at the end.
    while (await ann.see('new-messages').isVisible()) {
      await look();
      await ann.see('messages').evaluate((list) => list.scrollBy(0, 3_000));
    }
    await look();
    const read = [...texts].filter((text) => text.startsWith('after'));
    expect(read).toHaveLength(480);
    await ann.leave();
  });
});
