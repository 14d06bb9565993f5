import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit } from '../support/browser.js';
import { post } from '../support/http.js';
import { looksRight, SIZES } from '../support/screens.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';
import { connect, stopSockets, type TestSocket } from '../support/socket.js';

const PEOPLE = [
  'Ann',
  'Bo',
  'Åse',
  'ليلى',
  'דוד',
  'Дарья',
  'Ηλέκτρα',
  '🦊',
  '🚀 Zoë',
  'Wolfeschlegelsteinhausenbergerdor',
  ...Array.from({ length: 40 }, (_, index) => `Guest ${index + 1}`),
].map((nickname) => [...nickname].slice(0, 32).join(''));

const ROOMS: [string, string][] = [
  ['tea', 'Tea at four ☕'],
  ['long', 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen und weitere Fragen'],
  ['arabic', 'غرفة القهوة والمحادثات الطويلة بعد الظهر'],
  ['hebrew', 'חדר'],
  ['party', '🎉🎂🥳'],
  ['greek', 'Λέσχη ανάγνωσης'],
  ['a-very-long-name-that-fills-forty-signs', 'a-very-long-name-that-fills-forty-signs'],
  ['empty', 'Empty'],
  ['design', 'Design'],
];

const CROWD: [number, string][] = [
  [9, 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(4)],
  [3, 'مرحبا بالجميع 👋 هل رأى أحدكم https://example.org/a/very/long/path?with=parameters&and=more الرابط؟'],
  [4, 'שלום! זה טקסט מימין לשמאל with some English in the middle, ואז שוב עברית.'],
  [5, 'В четверг обсуждаем достопримечательности; принесите фотографии.'],
  [7, '🎉🎂🥳'],
  [8, 'Family 👨‍👩‍👧‍👦, flags 🇯🇵🇧🇷🏴󠁧󠁢󠁳󠁣󠁴󠁿, tones 👍🏽👍🏿, and z̷̢͚a̵̙͝l̶̰̈́g̴̳͘o̶͚̚.'],
  [0, 'Short.'],
  [0, 'And a second line of mine, in the same minute.'],
];

describeInBrowser('a crowded room', () => {
  const people: TestSocket[] = [];
  let url: string;
  beforeAll(async () => {
    ({ url } = await new ServerProcess().start());
    for (const [name, title] of ROOMS) {
      expect((await post(url, '/api/chat/rooms', { name, title })).status).toBe(201);
    }
    people.push(...PEOPLE.map((nickname) => connect(url, 'design', { nickname })));
    await Promise.all(people.map((person) => person.joined()));
    for (const [who, text] of CROWD) await people[who]!.say(text);
    await Promise.all(
      people.map((person, index) => person.ask('read:mark', { seq: index < 40 ? 8 : 1 + (index % 8) })),
    );
  });
  afterAll(stopSockets);
  afterAll(closeBrowser);
  afterAll(stopProcesses);

  it.each([
    ['light', 'wide'],
    ['dark', 'phone'],
    ['light', 'small'],
  ] as const)('in the %s fits a %s screen, and axe finds nothing', async (colorScheme, size) => {
    const visitor = await visit(url, { colorScheme, viewport: SIZES[size], reducedMotion: 'reduce' });
    const look = (screen: string) => looksRight(visitor, `${screen}-${size}-${colorScheme}`);
    // To have been somewhere, so that something can wait there.
    await visitor.join(`Ines ${colorScheme} ${size}`, '/r/tea');
    await visitor.status('WebSocket');
    await visitor.page.goto(`${url}/r/design`);
    await visitor.reads('Short.');
    await visitor.page.locator('[data-more]').first().waitFor();
    await post(url, '/api/chat/send', { nickname: 'Tea maker', text: 'The water boils.', room: 'tea' });
    await visitor.page.waitForFunction(() => /^\(\d+\)/.test(document.title));
    await visitor.say('Quite a crowd today 🎈');
    await visitor.reads('Quite a crowd');
    await people[3]!.ask('typing:set', { typing: true });
    await people[9]!.ask('typing:set', { typing: true });
    await visitor.see('typing-line').filter({ hasText: 'are typing' }).waitFor();
    await look('crowd');
    await visitor.page.locator('[data-more]').last().click();
    await visitor.see('receipts-names').waitFor();
    await look('crowd-receipts');
    await visitor.page.keyboard.press('Escape');
    if (size !== 'wide') {
      await visitor.see('people-button').click();
      await visitor.see('people-list').waitFor();
      await look('crowd-people');
      await visitor.page.keyboard.press('Escape');
      await visitor.see('rooms-button').click();
    }
    await visitor.see('new-room-button').click();
    await visitor.see('new-room-title').fill('Tea');
    await visitor.see('new-room-create').click();
    await visitor.see('new-room-error').waitFor();
    await look('crowd-rooms');
    if (size !== 'wide') await visitor.page.keyboard.press('Escape');
    await visitor.page.goto(`${url}/r/long`);
    await visitor.see('room-title').filter({ hasText: 'Donaudampf' }).waitFor();
    await look('crowd-long-title');
    await visitor.page.goto(`${url}/r/arabic`);
    await visitor.see('room-title').filter({ hasText: 'غرفة' }).waitFor();
    await look('crowd-arabic');
    await visitor.leave();
  });
});
