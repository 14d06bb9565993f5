import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit, type Visitor } from '../support/browser.js';
import { post } from '../support/http.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';

let url: string;
beforeAll(async () => {
  ({ url } = await new ServerProcess().start());
});
afterAll(closeBrowser);
afterAll(stopProcesses);

async function maxSays(word: string, count: number): Promise<void> {
  for (let number = 1; number <= count; number++) {
    await post(url, '/api/chat/send', { nickname: 'Max', text: `${word} ${number}` });
  }
}

/** Somebody at the end of more lines than the screen has. */
async function reader(nickname: string, word: string): Promise<Visitor> {
  const person = await (await visit(url)).join(nickname);
  await maxSays(word, 60);
  await person.reads(`${word} 60`);
  return person;
}

/** Looks again and again, as a person would. */
async function soon(met: () => Promise<boolean>): Promise<void> {
  while (!(await met()));
}

describeInBrowser('the list of messages', () => {
  it('follows at the end, stays to the pixel when scrolled up, and counts what is new', async () => {
    const ann = await reader('Lina', 'line');
    const list = ann.see('messages');
    const atEnd = () => list.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight < 2);
    expect(await atEnd()).toBe(true);
    await list.hover();
    await ann.page.mouse.wheel(0, -500);
    const line = ann.page.getByText('line 50', { exact: true });
    await soon(() => list.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight > 400));
    const before = (await line.boundingBox())!.y;
    await maxSays('new', 7);
    await ann.see('new-messages').filter({ hasText: '7' }).waitFor();
    expect((await line.boundingBox())!.y).toBe(before);
    await ann.see('new-messages').click();
    await ann.page.getByText('new 7', { exact: true }).waitFor();
    await ann.see('new-messages').waitFor({ state: 'detached' });
    await ann.leave();
  });

  it('leaves who has just scrolled up there, although a message is sooner than the event of it', async () => {
    const ann = await reader('Lisa', 'row');
    const list = ann.see('messages');
    // The event comes with the next frame, which may be late on a busy phone; here it does not come at all.
    await ann.page.evaluate(() =>
      addEventListener('scroll', (event) => event.stopImmediatePropagation(), { capture: true }),
    );
    const line = ann.page.getByText('row 40', { exact: true });
    const move = (by: number) => list.evaluate((element, pixels) => (element.scrollTop += pixels), by);
    let place = await move(-600);
    for (let number = 1; number <= 3; number++) {
      await post(url, '/api/chat/send', { nickname: 'Max', text: `late ${number}` });
      await ann
        .see('new-messages')
        .filter({ hasText: String(number) })
        .waitFor();
      expect(await list.evaluate((element) => element.scrollTop)).toBe(place);
      place = await move(-30);
    }
    expect(await line.isVisible()).toBe(true);
    await ann.leave();
  });

  it('is a log for a screen reader, and everything works by keyboard', async () => {
    const ann = await visit(url);
    await ann.page.goto(url);
    await ann.page.keyboard.press('Tab');
    await ann.see('join-name').focus();
    await ann.page.keyboard.type('Kay');
    await ann.page.keyboard.press('Enter');
    await ann.see('composer').waitFor();
    await ann.page.locator('[data-testid=composer]:focus').waitFor();
    await ann.page.keyboard.type('by keyboard alone');
    await ann.page.keyboard.press('Enter');
    await ann.reads('by keyboard alone');
    expect(await ann.page.getByRole('log').count()).toBe(1);
    await ann.leave();
  });
});
