import { afterAll, afterEach, expect, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit, type Visitor } from '../support/browser.js';
import { post } from '../support/http.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { newFile } = temporaryFolder();

afterEach(stopProcesses);
afterAll(closeBrowser);

/** What the network lets through; the answer changes it. */
async function block({ page }: Visitor, what: { sockets: boolean; webSockets: boolean }) {
  await page.route('**/socket.io/**', (route) => (what.sockets ? route.abort() : route.continue()));
  await page.routeWebSocket(/socket\.io/, (socket) => {
    if (what.sockets || what.webSockets) void socket.close();
    else socket.connectToServer();
  });
  return what;
}

describeInBrowser('the page', () => {
  it('goes on over long-polling where WebSocket is blocked', async () => {
    const { url } = await new ServerProcess().start();
    const ann = await visit(url);
    await block(ann, { sockets: false, webSockets: true });
    await ann.join('Ann');
    await ann.status('Long-polling');
    await ann.say('slowly but surely');
    await ann.reads('slowly but surely');
    await ann.leave();
  });

  it('goes on over REST where no socket gets through, and comes back, with nothing lost or doubled', async () => {
    const { url } = await new ServerProcess().start();
    const ann = await visit(url);
    const network = await block(ann, { sockets: true, webSockets: true });
    await ann.join('Ann');
    await ann.status('REST polling');
    const bob = await (await visit(url)).join('Bob');
    const said: string[] = [];
    for (const number of [1, 2, 3, 4, 5]) {
      const [own, other] = [`ann ${number}`, `bob ${number}`];
      await ann.say(own);
      await bob.reads(own);
      await bob.say(other);
      await ann.reads(other);
      said.push(own, other);
    }
    await ann.shot('rest-polling');
    network.sockets = network.webSockets = false;
    await ann.status('WebSocket');
    await ann.say('back');
    await bob.reads('back');
    expect(await ann.texts()).toEqual([...said, 'back']);
    expect(await bob.texts()).toEqual([...said, 'back']);
    await ann.leave();
    await bob.leave();
  });

  it('says that the room was reset when the server was killed and restarted, and goes on', async () => {
    const server = await new ServerProcess().start();
    const ann = await (await visit(server.url)).join('Ann');
    await ann.say('before');
    await ann.reads('before');
    await server.stop('SIGKILL');
    await ann.status('Offline');
    await ann.say('while nobody listens');
    await ann.reads('while nobody listens', 'sending');
    await ann.shot('offline');
    await server.start();
    await ann.status('WebSocket');
    await ann.see('reset-line').waitFor();
    await ann.reads('while nobody listens');
    await ann.shot('reset');
    const bob = await (await visit(server.url)).join('Bob');
    await bob.reads('while nobody listens');
    expect(await bob.texts()).toEqual(['while nobody listens']);
    await ann.leave();
    await bob.leave();
  });

  it('keeps what could not be sent over a reload', async () => {
    const server = await new ServerProcess().start();
    const ann = await (await visit(server.url)).join('Ann');
    await ann.status('WebSocket');
    let away = true;
    await ann.page.route(/socket\.io|\/api\/chat/, (route) => (away ? route.abort() : route.continue()));
    await ann.page.routeWebSocket(/socket\.io/, (socket) => void (away ? socket.close() : socket.connectToServer()));
    await ann.page.reload();
    await ann.see('composer').waitFor();
    await ann.say('not yet');
    await ann.reads('not yet', 'sending');
    await ann.page.reload();
    await ann.reads('not yet', 'sending');
    away = false;
    await ann.reads('not yet');
    expect(await ann.texts()).toEqual(['not yet']);
    await ann.leave();
  });

  it('refuses what is too much to wait, and leaves it in the composer', async () => {
    const { url } = await new ServerProcess().start();
    const ann = await (await visit(url)).join('Ann');
    await ann.status('WebSocket');
    await ann.page.route(/socket\.io|\/api\/chat/, (route) => route.abort());
    await ann.page.routeWebSocket(/socket\.io/, (socket) => void socket.close());
    await ann.page.evaluate(() => {
      const waiting = Array.from({ length: 100 }, () => {
        return { id: crypto.randomUUID(), text: 'not yet', at: Date.now(), state: 'sending' };
      });
      sessionStorage.setItem('chat.outbox.lobby', JSON.stringify(waiting));
    });
    await ann.page.reload();
    await ann.reads('not yet', 'sending');
    await ann.say('one too many');
    await ann.page.getByText('100 messages wait to be sent').waitFor();
    expect(await ann.see('composer').inputValue()).toBe('one too many');
    expect(await ann.see('message-text').count()).toBe(100);
    await ann.leave();
  });

  it('shows how many messages it missed, and fetches them where they are kept', async () => {
    const environment = { CHAT_STORE: 'sqlite', CHAT_SQLITE_PATH: newFile(), CHAT_HISTORY_LIMIT: '5' };
    const { url } = await new ServerProcess({ HOST: '127.0.0.1', ...environment }).start();
    const ann = await (await visit(url)).join('Ann');
    await ann.say('hello');
    await ann.reads('hello');
    await ann.page.context().setOffline(true);
    await ann.status('Offline');
    for (let number = 1; number <= 12; number++)
      await post(url, '/api/chat/send', { nickname: 'Bob', text: `bob ${number}` });
    await ann.page.context().setOffline(false);
    await ann.reads('bob 12');
    expect(await ann.see('gap-line').allTextContents()).toEqual([expect.stringContaining('7 messages')]);
    await ann.shot('gap');
    await ann.see('gap-button').click();
    await ann.see('gap-line').waitFor({ state: 'detached' });
    expect(await ann.texts()).toEqual(['hello', ...Array.from({ length: 12 }, (_, index) => `bob ${index + 1}`)]);
    await ann.leave();
  });
});
