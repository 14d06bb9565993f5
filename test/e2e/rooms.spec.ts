import { afterAll, afterEach, expect, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit, type Visitor } from '../support/browser.js';
import { post } from '../support/http.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';

afterEach(stopProcesses);
afterAll(closeBrowser);

const link = (visitor: Visitor, room: string) => visitor.page.locator(`[data-testid=room-link][data-room="${room}"]`);
const unread = (visitor: Visitor, room: string, count: number) =>
  visitor.page.locator(`[data-room="${room}"][data-unread="${count}"]`).waitFor();
const title = (visitor: Visitor, words: string) => visitor.see('room-title').filter({ hasText: words }).waitFor();

async function withTea(): Promise<string> {
  const { url } = await new ServerProcess().start();
  await post(url, '/api/chat/rooms', { name: 'tea', title: 'Tea at four' });
  return url;
}

describeInBrowser('a link to a room', () => {
  it('lands a newcomer there after the name', async () => {
    const url = await withTea();
    await post(url, '/api/chat/send', { nickname: 'Bob', text: 'milk first', room: 'tea' });
    const ann = await (await visit(url)).join('Ann', '/r/tea');
    await title(ann, 'Tea at four');
    await ann.reads('milk first');
    expect(await ann.page.title()).toBe('Tea at four — Live Chat Room');
    await ann.leave();
  });

  it('to a room that there is not says so, and offers to make it', async () => {
    const { url } = await new ServerProcess().start();
    const ann = await visit(url);
    await ann.page.goto(`${url}/r/attic`);
    await ann.see('join-name').fill('Ann');
    await ann.see('join-button').click();
    await ann.see('missing-room').filter({ hasText: 'attic' }).waitFor();
    await ann.shot('missing-room');
    expect(await ann.faults()).toEqual([]);
    await ann.see('missing-make').click();
    await ann.say('dusty here');
    await ann.reads('dusty here');
    await title(ann, 'attic');
    await ann.leave();
  });

  it('with a name that no room can have leads to the lobby', async () => {
    const { url } = await new ServerProcess().start();
    const ann = await visit(url);
    await ann.page.goto(`${url}/r/No%20Such%20Name`);
    await ann.see('join-name').fill('Ann');
    await ann.see('join-button').click();
    await ann.see('missing-lobby').click();
    await title(ann, 'Lobby');
    await ann.see('composer').waitFor();
    await ann.leave();
  });

  it('can be copied', async () => {
    const url = await withTea();
    const ann = await visit(url, { permissions: ['clipboard-read', 'clipboard-write'] });
    await ann.join('Ann', '/r/tea');
    await ann.see('copy-link').click();
    await ann.page.getByText('Link copied').waitFor();
    expect(await ann.page.evaluate(() => navigator.clipboard.readText())).toBe(`${url}/r/tea`);
    await ann.leave();
  });
});

describeInBrowser('the list of rooms', () => {
  it('leads from room to room, and so do back and forward', async () => {
    const url = await withTea();
    const ann = await (await visit(url)).join('Ann');
    await ann.say('in the lobby');
    await ann.reads('in the lobby');
    await link(ann, 'tea').click();
    await title(ann, 'Tea at four');
    expect(new URL(ann.page.url()).pathname).toBe('/r/tea');
    await ann.say('in the tea room');
    await ann.reads('in the tea room');
    expect(await ann.texts()).toEqual(['in the tea room']);
    await ann.page.goBack();
    await title(ann, 'Lobby');
    await ann.reads('in the lobby');
    expect(await ann.texts()).toEqual(['in the lobby']);
    await ann.page.goForward();
    await title(ann, 'Tea at four');
    await ann.page.reload();
    await title(ann, 'Tea at four');
    await ann.reads('in the tea room');
    await ann.leave();
  });

  it('has the newest activity first, who is online, and what waits in rooms that one is in', async () => {
    const url = await withTea();
    await post(url, '/api/chat/rooms', { name: 'quiet' });
    const ann = await (await visit(url)).join('Ann');
    await link(ann, 'tea').click();
    await title(ann, 'Tea at four');
    await ann.status('WebSocket');
    await link(ann, 'lobby').click();
    await title(ann, 'Lobby');
    const bob = await (await visit(url)).join('Bob', '/r/tea');
    await bob.say('one');
    await bob.say('two');
    await unread(ann, 'tea', 2);
    await link(ann, 'tea').filter({ hasText: '2 online' }).waitFor();
    expect(await ann.see('room-link').first().getAttribute('data-room')).toBe('tea');
    expect(await ann.page.title()).toBe('(2) Lobby — Live Chat Room');
    await link(ann, 'tea').click();
    await ann.see('unread-line').waitFor();
    await unread(ann, 'tea', 0);
    await ann.leave();
    await bob.leave();
  });

  it('keeps a draft in its room', async () => {
    const url = await withTea();
    const ann = await (await visit(url)).join('Ann');
    await ann.see('composer').fill('for the lobby');
    await link(ann, 'tea').click();
    await title(ann, 'Tea at four');
    expect(await ann.see('composer').inputValue()).toBe('');
    await link(ann, 'lobby').click();
    await title(ann, 'Lobby');
    expect(await ann.see('composer').inputValue()).toBe('for the lobby');
    await ann.leave();
  });

  it('takes one connection for all of a person’s rooms', async () => {
    const url = await withTea();
    const ann = await visit(url);
    const sockets: string[] = [];
    ann.page.on('websocket', (socket) => sockets.push(socket.url()));
    await ann.join('Ann');
    await ann.status('WebSocket');
    await link(ann, 'tea').click();
    await title(ann, 'Tea at four');
    await ann.see('person').filter({ hasText: 'Ann' }).waitFor();
    await ann.status('WebSocket');
    await post(url, '/api/chat/send', { nickname: 'Bob', text: 'while you were at tea' });
    await unread(ann, 'lobby', 1);
    expect(sockets).toHaveLength(1);
    await ann.leave();
  });

  it('goes on in all rooms where no socket gets through, and when one does again', async () => {
    const url = await withTea();
    const ann = await visit(url);
    let away = true;
    await ann.page.route('**/socket.io/**', (route) => (away ? route.abort() : route.continue()));
    await ann.page.routeWebSocket(/socket\.io/, (socket) => void (away ? socket.close() : socket.connectToServer()));
    await ann.join('Ann');
    await ann.status('REST polling');
    await link(ann, 'tea').click();
    await title(ann, 'Tea at four');
    await ann.status('REST polling');
    await post(url, '/api/chat/send', { nickname: 'Bob', text: 'in the lobby' });
    await unread(ann, 'lobby', 1);
    away = false;
    await ann.status('WebSocket');
    await post(url, '/api/chat/send', { nickname: 'Bob', text: 'again' });
    await unread(ann, 'lobby', 2);
    await post(url, '/api/chat/send', { nickname: 'Bob', text: 'milk?', room: 'tea' });
    await ann.reads('milk?');
    expect(await ann.texts()).toEqual(['milk?']);
    await ann.leave();
  });

  it('is behind a button with a badge where there is no place for it', async () => {
    const url = await withTea();
    const ann = await visit(url, { viewport: { width: 390, height: 844 } });
    await ann.join('Ann', '/r/tea');
    await ann.see('rooms-button').click();
    await link(ann, 'lobby').click();
    await title(ann, 'Lobby');
    await ann.see('rooms-list').waitFor({ state: 'detached' });
    await post(url, '/api/chat/send', { nickname: 'Bob', text: 'biscuits?', room: 'tea' });
    await ann.see('rooms-button').filter({ hasText: '1' }).waitFor();
    await ann.see('rooms-button').click();
    await unread(ann, 'tea', 1);
    await ann.page.keyboard.press('Escape');
    await ann.see('rooms-list').waitFor({ state: 'detached' });
    await ann.leave();
  });
});

describeInBrowser('making a room', () => {
  it('takes a title, derives the name, and goes there', async () => {
    const { url } = await new ServerProcess().start();
    const ann = await (await visit(url)).join('Ann');
    await ann.see('new-room-button').click();
    await ann.see('new-room-title').fill('Café & Co.');
    expect(await ann.see('new-room-name').inputValue()).toBe('cafe-co');
    await ann.see('new-room-name').fill('cafe');
    await ann.see('new-room-create').click();
    await title(ann, 'Café & Co.');
    expect(new URL(ann.page.url()).pathname).toBe('/r/cafe');
    await ann.say('first');
    await ann.reads('first');
    await ann.leave();
  });

  it('says at the field what is wrong', async () => {
    const url = await withTea();
    const ann = await (await visit(url)).join('Ann');
    await ann.see('new-room-button').click();
    await ann.see('new-room-create').click();
    await ann.see('new-room-error').filter({ hasText: 'title' }).waitFor();
    await ann.see('new-room-title').fill('Tea');
    await ann.see('new-room-create').click();
    await ann.see('new-room-error').filter({ hasText: 'already' }).waitFor();
    await ann.see('new-room-name').fill('Not A Name');
    await ann.see('new-room-create').click();
    await ann.see('new-room-error').filter({ hasText: 'hyphens' }).waitFor();
    expect(await ann.see('new-room-name').getAttribute('aria-invalid')).toBe('true');
    expect(await ann.faults()).toEqual([]);
    await ann.leave();
  });
});
