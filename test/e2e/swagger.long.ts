import { afterAll, afterEach, expect, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit } from '../support/browser.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';

afterEach(stopProcesses);
afterAll(closeBrowser);

describeInBrowser('Swagger UI', () => {
  it('talks to the very server it comes from, with the token that joining gave', async () => {
    const { url } = await new ServerProcess().start();
    const visitor = await visit(url, { viewport: { width: 1280, height: 1000 } });
    await visitor.page.goto(`${url}/api/docs`);
    const operation = (id: string) => visitor.page.locator(`.opblock[id$="-${id}"]`);
    const execute = async (id: string) => {
      await operation(id).locator('.opblock-summary-control').click();
      await operation(id).locator('.execute').click();
      const response = operation(id).locator('.live-responses-table .response').first();
      return {
        status: await response.locator('.response-col_status').textContent(),
        body: (await response.locator('.highlight-code').first().textContent())!,
      };
    };
    const joined = await execute('join');
    expect(joined.status).toMatch(/^201/);
    await visitor.shot('swagger-join');
    const beat = await execute('heartbeat');
    expect(beat.status).toMatch(/^200/);
    expect(beat.body).toContain('"nickname": "Ann"');
    await visitor.shot('swagger-heartbeat');
    expect((await execute('sendMessage')).status).toMatch(/^201/);
    await visitor.page.reload();
    expect((await execute('heartbeat')).body).toContain('"nickname": "Ann"');
    await visitor.shot('swagger-reloaded');
    await visitor.leave();
  });

  it('lets go of a token that is good no more', async () => {
    const { url } = await new ServerProcess().start();
    const visitor = await visit(url, { viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    await visitor.page.goto(`${url}/api/docs`);
    await visitor.page.evaluate(() => (globalThis as any).ui.preauthorizeApiKey('bearer', 'old'));
    await visitor.page.locator('.authorize.locked').first().waitFor();
    await visitor.page.locator('.opblock[id$="-listUsers"] .opblock-summary-control').click();
    await visitor.page.locator('.opblock[id$="-listUsers"] .execute').click();
    await visitor.page.locator('.authorize.unlocked').first().waitFor();
    await visitor.shot('swagger-phone');
    await visitor.leave();
  });

  it('leads to the events, which can be read without a script', async () => {
    const { url } = await new ServerProcess().start();
    for (const [name, options] of Object.entries({
      light: { colorScheme: 'light' as const },
      dark: { colorScheme: 'dark' as const },
      phone: { viewport: { width: 390, height: 844 } },
    })) {
      const visitor = await visit(`${url}`, { javaScriptEnabled: name === 'light', ...options });
      await visitor.page.goto(`${url}/api/docs${name === 'light' ? '' : '/events'}`);
      if (name === 'light') {
        const link = await visitor.page.getByRole('link', { name: 'its events' }).getAttribute('href');
        await visitor.page.goto(url + link);
      }
      await visitor.page.getByRole('heading', { name: 'message:send Say something' }).waitFor();
      if (name === 'light') expect(await visitor.faults()).toEqual([]);
      await visitor.shot(`events-${name}`);
      await visitor.leave();
    }
  });
});
