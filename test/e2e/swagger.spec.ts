import { afterAll, afterEach, expect, it } from '@jest/globals';
import { closeBrowser, describeInBrowser, visit } from '../support/browser.js';
import { ServerProcess, stopProcesses } from '../support/server-process.js';

afterEach(stopProcesses);
afterAll(closeBrowser);

describeInBrowser('Swagger UI', () => {
  it('talks to the very server it comes from, with the token once it was entered', async () => {
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
    const [, token] = /"token": "([^"]+)"/.exec(joined.body)!;
    await visitor.page.locator('.auth-wrapper .authorize').first().click();
    await visitor.page.locator('.auth-container input').fill(token!);
    await visitor.page.locator('.auth-btn-wrapper .authorize').click();
    await visitor.page.locator('.auth-btn-wrapper .btn-done').click();
    const beat = await execute('heartbeat');
    expect(beat.status).toMatch(/^200/);
    expect(beat.body).toContain('"nickname": "Ann"');
    await visitor.shot('swagger-heartbeat');
    await visitor.leave();
  });
});
