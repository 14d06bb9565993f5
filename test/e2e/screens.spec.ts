import { afterAll, beforeAll, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit } from '../support/browser.js';
import { post } from '../support/http.js';
import { looksRight, type Size, SIZES } from '../support/screens.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';

const CONVERSATION: [string, string][] = [
  ['Ann', 'Morning! The kettle is on, the deploy is not.'],
  ['Ann', 'Has anybody looked at the slow test yet? It only fails on rainy days.'],
  ['Bob', 'I did, a little. Notes are at https://example.org/notes/slow-test and grow by the hour.'],
  ['Åse', '👍'],
  ['ليلى', 'صباح الخير! هل يمكننا تأجيل الاجتماع إلى الساعة الثالثة؟'],
  ['Åse', 'Fine by me. Agenda so far:\n1. the slow test\n2. names for things\n3. cake'],
  ['Bob', 'Pneumonoultramicroscopicsilicovolcanoconiosis'.repeat(3)],
];

let url: string;
beforeAll(async () => {
  ({ url } = await new ServerProcess().start());
  for (const [nickname, text] of CONVERSATION) await post(url, '/api/chat/send', { nickname, text });
});
afterAll(closeBrowser);
afterAll(stopProcesses);

describeInBrowser.each(['light', 'dark'] as const)('in the %s', (colorScheme) => {
  it.each(Object.keys(SIZES) as Size[])('a %s screen fits, and axe finds nothing', async (size) => {
    const visitor = await visit(url, { colorScheme, viewport: SIZES[size], reducedMotion: 'reduce' });
    const look = (screen: string) => looksRight(visitor, `${screen}-${size}-${colorScheme}`);
    await visitor.page.goto(url);
    await visitor.see('join-name').waitFor();
    await look('join');
    await visitor.see('join-button').click();
    await look('join-error');
    await visitor.join('Ines');
    await visitor.reads('slow test');
    await visitor.say('Three o’clock works for me too. 🎂');
    await visitor.reads('Three o’clock');
    await look('room');
    if (size !== 'wide') {
      await visitor.see('people-button').click();
      await visitor.see('people-list').waitFor();
      await look('people');
      await visitor.page.keyboard.press('Escape');
    }
    await visitor.see('leave-button').click();
    await visitor.see('join-name').waitFor();
    await visitor.leave();
  });
});
