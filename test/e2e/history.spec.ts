import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit, type Visitor } from '../support/browser.js';
import { post } from '../support/http.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';

const folder = mkdtempSync(join(tmpdir(), 'chat-'));
afterAll(closeBrowser);
afterAll(stopProcesses);
afterAll(() => rmSync(folder, { recursive: true }));

/** The message at the top of what can be seen, and where it is. */
const topOf = ({ page }: Visitor) =>
  page.evaluate(() => {
    const top = document.querySelector('[data-testid=messages]')!.getBoundingClientRect().top;
    const message = [...document.querySelectorAll('article')].find((each) => each.getBoundingClientRect().top >= top)!;
    return { id: message.getAttribute('data-id')!, y: message.getBoundingClientRect().top };
  });

const count = ({ page }: Visitor) => page.getByTestId('message').count();

describeInBrowser('what was said before', () => {
  it('comes in on scrolling up, to the beginning, and moves nothing that is read', async () => {
    const environment = {
      CHAT_STORE: 'sqlite',
      CHAT_SQLITE_PATH: join(folder, 'chat.sqlite'),
      CHAT_HISTORY_LIMIT: '60',
      CHAT_LIMIT_SEND: 'address=1000/1s+1000/1s',
    };
    const { url } = await new ServerProcess(environment).start();
    for (let number = 1; number <= 230; number++)
      await post(url, '/api/chat/send', { nickname: 'Bob', text: `line ${number}.` });
    const ann = await (await visit(url)).join('Ann');
    await ann.reads('line 230.');
    expect(await count(ann)).toBe(60);
    await ann.see('messages').hover();
    // The answer is held back until it is known where everything was.
    let release: (() => void) | undefined;
    await ann.page.route('**/api/chat/messages?*', async (route) => {
      await new Promise<void>((resolve) => (release = resolve));
      await route.continue();
    });
    for (let shown = 60; shown < 230; shown = Math.min(shown + 50, 230)) {
      while (!release) {
        await ann.page.mouse.wheel(0, -300);
        await ann.page.waitForTimeout(50);
      }
      await ann.page.waitForTimeout(100);
      const before = await topOf(ann);
      release();
      release = undefined;
      await ann.page.waitForFunction((few) => document.querySelectorAll('article').length > few, shown);
      const after = await ann.page.locator(`article[data-id="${before.id}"]`).boundingBox();
      expect(Math.abs(after!.y - before.y)).toBeLessThan(1);
    }
    await ann.see('messages').evaluate((list) => (list.scrollTop = 0));
    await ann.see('history-end').waitFor();
    await ann.shot('history-end');
    expect(await ann.texts()).toEqual(Array.from({ length: 230 }, (_, index) => `line ${index + 1}.`));
    await ann.leave();
  });

  it('ends where nothing more is kept', async () => {
    const { url } = await new ServerProcess({
      CHAT_HISTORY_LIMIT: '30',
      CHAT_LIMIT_SEND: 'address=1000/1s+1000/1s',
    }).start();
    for (let number = 1; number <= 50; number++)
      await post(url, '/api/chat/send', { nickname: 'Bob', text: `line ${number}.` });
    const ann = await (await visit(url)).join('Ann 2');
    await ann.reads('line 50.');
    await ann.see('messages').evaluate((list) => (list.scrollTop = 0));
    await ann.see('history-end').waitFor();
    expect(await count(ann)).toBe(30);
    await ann.leave();
  });
});
