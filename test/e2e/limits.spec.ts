import { afterAll, afterEach, expect, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit } from '../support/browser.js';
import { get, post } from '../support/http.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';

afterEach(stopProcesses);
afterAll(closeBrowser);

describeInBrowser('a limit', () => {
  it('on sending counts down, sends again by itself, in order, and keeps the draft', async () => {
    const { url } = await new ServerProcess({ CHAT_LIMIT_SEND: 'person=1/4s+1/4s' }).start();
    const ann = await (await visit(url)).join('Ann');
    await ann.say('one');
    await ann.reads('one');
    await ann.say('two');
    await ann.reads('two');
    await ann.say('three');
    await ann
      .see('countdown')
      .filter({ hasText: /Sent again in [1-4] s/ })
      .waitFor();
    await ann.reads('three', 'sending');
    await ann.say('four');
    expect(await ann.see('composer').inputValue()).toBe('four');
    await ann.shot('limited');
    expect(await ann.faults()).toEqual([]);
    await ann.reads('three');
    await ann.see('countdown').waitFor({ state: 'detached' });
    expect(await ann.see('composer').inputValue()).toBe('four');
    await ann.see('composer').press('Enter');
    await ann.reads('four');
    expect(await ann.texts()).toEqual(['one', 'two', 'three', 'four']);
    const { messages } = (await get(url, '/api/chat/messages')).data;
    expect(messages.map(({ text }: { text: string }) => text)).toEqual(['one', 'two', 'three', 'four']);
    await ann.leave();
  });

  it('on joining counts down, and lets in', async () => {
    const { url } = await new ServerProcess({ CHAT_LIMIT_JOIN: 'address=1/6s+1/6s' }).start();
    const ann = await visit(url);
    await ann.page.goto(url);
    await ann.see('join-name').fill('Ann');
    for (const nickname of ['Bob', 'Cem']) await post(url, '/api/chat/join', { nickname });
    await ann.see('join-button').click();
    await ann.see('countdown').waitFor();
    expect(await ann.see('join-name').inputValue()).toBe('Ann');
    await ann.shot('join-limited');
    expect(await ann.faults()).toEqual([]);
    await ann.see('composer').waitFor();
    await ann.leave();
  });
});
