import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit, type Visitor } from '../support/browser.js';
import { post } from '../support/http.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';
import { connect, stopSockets, type TestSocket } from '../support/socket.js';

const CONVERSATION: [string, string][] = [
  ['Ann', 'Morning! The kettle is on, the deploy is not.'],
  ['Ann', 'Has anybody looked at the slow test yet? It only fails on rainy days.'],
  ['Bob', 'I did, a little. Notes are at https://example.org/notes/slow-test and grow by the hour.'],
  ['Åse', '👍'],
  ['ليلى', 'صباح الخير! هل يمكننا تأجيل الاجتماع إلى الساعة الثالثة؟'],
  ['Åse', 'Fine by me. Agenda so far:\n1. the slow test\n2. names for things\n3. cake'],
  ['Bob', 'Pneumonoultramicroscopicsilicovolcanoconiosis'.repeat(3)],
];

const SIZES = {
  wide: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  small: { width: 320, height: 640 },
};

let url: string;
beforeAll(async () => {
  ({ url } = await new ServerProcess().start());
  for (const [nickname, text] of CONVERSATION) await post(url, '/api/chat/send', { nickname, text });
});
afterAll(closeBrowser);
afterAll(stopProcesses);

/** Nothing is wider than the screen. */
async function fits({ page }: Visitor): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
}

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

  it.each([
    ['light', 'wide'],
    ['dark', 'wide'],
    ['light', 'phone'],
    ['dark', 'phone'],
    ['light', 'small'],
  ] as const)('in the %s fits a %s screen, and axe finds nothing', async (colorScheme, size) => {
    const visitor = await visit(url, { colorScheme, viewport: SIZES[size], reducedMotion: 'reduce' });
    const look = async (screen: string) => {
      await visitor.shot(`${screen}-${size}-${colorScheme}`);
      expect({ screen, faults: await visitor.faults(), fits: await fits(visitor) }).toEqual({
        screen,
        faults: [],
        fits: true,
      });
    };
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

describeInBrowser.each(['light', 'dark'] as const)('in the %s', (colorScheme) => {
  it.each(Object.keys(SIZES) as (keyof typeof SIZES)[])('a %s screen fits, and axe finds nothing', async (size) => {
    const visitor = await visit(url, { colorScheme, viewport: SIZES[size], reducedMotion: 'reduce' });
    const look = async (screen: string) => {
      await visitor.shot(`${screen}-${size}-${colorScheme}`);
      expect({ screen, faults: await visitor.faults(), fits: await fits(visitor) }).toEqual({
        screen,
        faults: [],
        fits: true,
      });
    };
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

/** Looks again and again, as a person would. */
async function soon(met: () => Promise<boolean>): Promise<void> {
  while (!(await met()));
}

describeInBrowser('the list of messages', () => {
  it('follows at the end, stays to the pixel when scrolled up, and counts what is new', async () => {
    const ann = await (await visit(url)).join('Lina');
    for (let number = 1; number <= 60; number++)
      await post(url, '/api/chat/send', { nickname: 'Max', text: `line ${number}` });
    await ann.reads('line 60');
    const list = ann.see('messages');
    const atEnd = () => list.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight < 2);
    expect(await atEnd()).toBe(true);
    await list.hover();
    await ann.page.mouse.wheel(0, -500);
    const line = ann.page.getByText('line 50', { exact: true });
    await soon(() => list.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight > 400));
    const before = (await line.boundingBox())!.y;
    for (let number = 1; number <= 7; number++)
      await post(url, '/api/chat/send', { nickname: 'Max', text: `new ${number}` });
    await ann.see('new-messages').filter({ hasText: '7' }).waitFor();
    expect((await line.boundingBox())!.y).toBe(before);
    await ann.see('new-messages').click();
    await ann.page.getByText('new 7', { exact: true }).waitFor();
    await ann.see('new-messages').waitFor({ state: 'detached' });
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
