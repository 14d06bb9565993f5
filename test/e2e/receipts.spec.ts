import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit, type Visitor } from '../support/browser.js';
import { get, post } from '../support/http.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';

let url: string;
beforeAll(async () => {
  ({ url } = await new ServerProcess().start());
});
afterAll(closeBrowser);
afterAll(stopProcesses);

/** Each test has a room of its own. */
async function room(name: string): Promise<string> {
  await post(url, '/api/chat/rooms', { name });
  return `/r/${name}`;
}

/** What a browser does when another tab comes to the front, and back. */
async function turnAway({ page }: Visitor, hidden: boolean): Promise<void> {
  await page.evaluate((isHidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: isHidden });
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: isHidden ? 'hidden' : 'visible' });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

const say = (path: string, nickname: string, text: string) =>
  post(url, '/api/chat/send', { nickname, text, room: path.slice(3) });

const receipts = (visitor: Visitor, text: string) =>
  visitor.page.locator('[data-testid=message]', { hasText: text }).getByTestId('receipts');

describeInBrowser('who has read how far', () => {
  it('is shown under the last message that they read, and its names on demand', async () => {
    const path = await room('readers');
    const ann = await (await visit(url)).join('Ann', path);
    await ann.say('read me');
    await ann.reads('read me');
    const bob = await (await visit(url)).join('Bob', path);
    const cem = await (await visit(url)).join('Cem', path);
    await ann.page.getByRole('button', { name: 'Read by Bob and Cem' }).waitFor();
    await receipts(ann, 'read me').focus();
    await ann.page.keyboard.press('Enter');
    await ann.see('receipts-names').waitFor();
    expect(await ann.see('receipts-names').locator('bdi').allTextContents()).toEqual(['Bob', 'Cem']);
    expect(await ann.faults()).toEqual([]);
    await ann.page.keyboard.press('Escape');
    await ann.see('receipts-names').waitFor({ state: 'detached' });
    await ann.say('and me');
    await receipts(ann, 'and me').waitFor();
    await receipts(ann, 'read me').waitFor({ state: 'detached' });
    await Promise.all([ann, bob, cem].map((visitor) => visitor.leave()));
  });

  it('is only what was on the screen with the tab in front', async () => {
    const path = await room('hidden');
    const dan = await (await visit(url)).join('Dan', path);
    await dan.say('first');
    const eva = await (await visit(url)).join('Eva', path);
    await receipts(dan, 'first').waitFor();
    await turnAway(eva, true);
    await dan.say('second');
    await eva.reads('second');
    await eva.page.waitForFunction(() => document.title.startsWith('(1) '));
    expect(await receipts(dan, 'second').count()).toBe(0);
    await eva.see('unread-line').waitFor();
    await eva.shot('unread-line');
    await turnAway(eva, false);
    await receipts(dan, 'second').waitFor();
    await eva.page.waitForFunction(() => !document.title.startsWith('('));
    await eva.say('third');
    await eva.see('unread-line').waitFor({ state: 'detached' });
    await dan.leave();
    await eva.leave();
  });

  it('is nobody else’s business for those who switch it off', async () => {
    const path = await room('private');
    const flo = await (await visit(url)).join('Flo', path);
    await flo.see('receipts-switch').click();
    await flo.page.locator('[data-testid=receipts-switch][aria-checked=false]').waitFor();
    await say(path, 'Gus', 'one');
    await flo.reads('one');
    await flo.page.reload();
    await flo.reads('one');
    expect(await flo.see('receipts-switch').getAttribute('aria-checked')).toBe('false');
    await say(path, 'Gus', 'two');
    await flo.reads('two');
    // Seen, as the page itself knows.
    await flo.page.waitForFunction(() => JSON.parse(localStorage.getItem('chat.read') ?? '{}').private?.seq === 2);
    expect((await get(url, '/api/chat/reads?room=private')).data).toEqual({ reads: [] });
    await flo.see('receipts-switch').click();
    await say(path, 'Gus', 'three');
    await flo.reads('three');
    const isTold = async () => (await get(url, '/api/chat/reads?room=private')).data.reads.length === 1;
    while (!(await isTold()));
    await flo.leave();
  });
});

describeInBrowser('on return', () => {
  it('after a reload, a line is where reading stopped, and reading begins there', async () => {
    const path = await room('return');
    for (let number = 1; number <= 5; number++) await say(path, 'Ida', `old ${number}`);
    const hal = await (await visit(url)).join('Hal', path);
    await hal.reads('old 5');
    await hal.page.waitForFunction(() => JSON.parse(localStorage.getItem('chat.read') ?? '{}').return?.seq === 5);
    await turnAway(hal, true);
    for (let number = 1; number <= 40; number++) await say(path, 'Ida', `new ${number}`);
    await hal.reads('new 40');
    await hal.page.reload();
    await hal.see('unread-line').waitFor();
    const line = (await hal.see('unread-line').boundingBox())!;
    const first = (await hal.page.getByText('new 1', { exact: true }).boundingBox())!;
    expect(line.y).toBeGreaterThan(0);
    expect(first.y).toBeGreaterThan(line.y);
    await hal.see('new-messages').waitFor();
    await hal.see('new-messages').click();
    await hal.page.waitForFunction(() => !document.title.startsWith('('));
    await hal.leave();
  });
});
