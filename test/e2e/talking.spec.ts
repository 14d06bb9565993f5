import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit } from '../support/browser.js';
import { post } from '../support/http.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';

let url: string;
beforeAll(async () => ({ url } = await new ServerProcess().start()));
afterAll(closeBrowser);
afterAll(stopProcesses);

describeInBrowser('two people with the page', () => {
  it('talk, and see who is there', async () => {
    const ann = await (await visit(url)).join('Ann');
    const bob = await (await visit(url)).join('Bob');
    await ann.say('Hello, Bob!');
    await bob.reads('Hello, Bob!');
    await bob.say('Hello, Ann!');
    await ann.reads('Hello, Ann!');
    await ann.reads('Hello, Bob!');
    expect(await ann.texts()).toEqual(['Hello, Bob!', 'Hello, Ann!']);
    expect(await bob.texts()).toEqual(['Hello, Bob!', 'Hello, Ann!']);
    await ann.status('WebSocket');
    await ann.see('person').filter({ hasText: 'Bob' }).waitFor();
    expect(await ann.page.locator('[data-own=true]').count()).toBe(1);
    await bob.leave();
    await ann.see('person').filter({ hasText: 'Bob' }).waitFor({ state: 'detached' });
    await ann.leave();
  });

  it('talk with somebody who has only curl', async () => {
    const ann = await (await visit(url)).join('Ann 2');
    await post(url, '/api/chat/send', { nickname: 'Curl', text: 'from a shell' });
    await ann.reads('from a shell');
    await ann.leave();
  });

  it('cannot both have one name, and the second is offered a free one', async () => {
    const tina = await (await visit(url)).join('Tina');
    const other = await visit(url);
    await other.page.goto(url);
    await other.see('join-name').fill(' tina ');
    await other.see('join-name').press('Enter');
    await other.see('join-suggestion').waitFor();
    expect(await other.see('join-suggestion').textContent()).toContain('tina 2');
    await other.see('join-suggestion').click();
    await other.see('composer').waitFor();
    await tina.see('person').filter({ hasText: 'tina 2' }).waitFor();
    await other.leave();
    await tina.leave();
  });

  it('are one person in two tabs, and keep their name over a reload', async () => {
    const ann = await (await visit(url)).join('Ada');
    await ann.page.reload();
    await ann.see('composer').waitFor();
    await ann.status('WebSocket');
    const tab = await ann.page.context().newPage();
    await tab.goto(url);
    await tab.getByTestId('join-button').or(tab.getByTestId('composer')).first().waitFor();
    if (await tab.getByTestId('join-button').isVisible()) await tab.getByTestId('join-button').click();
    await tab.getByTestId('composer').fill('from the second tab');
    await tab.getByTestId('composer').press('Enter');
    await ann.reads('from the second tab');
    expect(await ann.see('person').filter({ hasText: 'Ada' }).count()).toBe(1);
    await ann.leave();
  });
});

describeInBrowser('the composer', () => {
  it('sends on Enter, breaks the line on Shift-Enter, and leaves an IME its Enter', async () => {
    const ann = await (await visit(url)).join('Ann 5');
    const composer = ann.see('composer');
    await composer.pressSequentially('one');
    await composer.press('Shift+Enter');
    await composer.pressSequentially('two');
    await composer.press('Enter');
    await ann.reads('two');
    expect(await ann.see('message-text').last().textContent()).toBe('one\ntwo');
    await composer.fill('かな');
    await composer.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true });
    expect(await composer.inputValue()).toBe('かな');
    await ann.leave();
  });

  it('keeps a draft that is too long, and says so', async () => {
    const ann = await (await visit(url)).join('Ann 6');
    const long = 'x'.repeat(4001);
    await ann.say(long);
    await ann.page
      .getByText(/4,?000/)
      .first()
      .waitFor();
    expect(await ann.see('composer').inputValue()).toBe(long);
    await ann.leave();
  });

  it('says why a message was refused, and gives it back', async () => {
    const ann = await (await visit(url)).join('Ann 7');
    await ann.say('a bell: \u0007');
    await ann.reads('a bell', 'refused');
    await ann.see('retry-button').waitFor();
    await ann.see('edit-button').click();
    await ann.page.locator('[data-state=refused]').waitFor({ state: 'detached' });
    expect(await ann.see('composer').inputValue()).toBe('a bell: \u0007');
    await ann.leave();
  });
});

describeInBrowser('a message', () => {
  it('is text, whatever is in it; only its links are links', async () => {
    const ann = await (await visit(url)).join('Ann 8');
    const text = '<img src=x onerror=alert(1)> javascript:alert(1) https://example.org/a?b=c.';
    await ann.say(text);
    await ann.reads('onerror');
    const message = ann.see('message-text').last();
    expect(await message.textContent()).toBe(text);
    expect(await message.locator('img').count()).toBe(0);
    const links = message.locator('a');
    expect(await links.count()).toBe(1);
    expect(await links.getAttribute('href')).toBe('https://example.org/a?b=c');
    expect(await links.getAttribute('rel')).toContain('noopener');
    await ann.leave();
  });
});
