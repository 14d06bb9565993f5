import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { describe } from '@jest/globals';
import { type Browser, type BrowserContextOptions, type Page, chromium as driver } from 'playwright-core';
import { browserOptions } from './setup.mjs';

/** Screenshots that a person looks at. */
const SHOTS = 'test-output/screens';

let browser: Promise<Browser> | undefined;

/** Skipped where no browser runs, which the setup of the tests has told loudly. */
export const describeInBrowser = process.env['CHAT_TEST_NO_BROWSER'] ? describe.skip : describe;

/** A visitor of their own: no cookies, no storage of anybody else's. A mistake in the page fails the test. */
export async function visit(url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  browser ??= browserOptions().then((launching) => driver.launch(launching));
  const context = await (await browser).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  return new Visitor(page, url);
}

/** To be called in `afterAll`. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

export class Visitor {
  readonly mistakes: string[] = [];

  constructor(
    readonly page: Page,
    readonly url: string,
  ) {
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => this.mistakes.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|NG0\d+/.test(message.text())) this.mistakes.push(message.text());
    });
  }

  see(testId: string) {
    return this.page.getByTestId(testId);
  }

  /** Opens the page and comes in under that name. */
  async join(nickname: string, path = '/'): Promise<this> {
    await this.page.goto(this.url + path);
    await this.see('join-name').fill(nickname);
    await this.see('join-button').click();
    await this.see('composer').waitFor();
    return this;
  }

  async say(text: string): Promise<void> {
    await this.see('composer').fill(text);
    await this.see('composer').press('Enter');
  }

  /** Waits for a message, in the state that is told: `sent`, `sending` or `refused`. */
  async reads(text: string, state = 'sent'): Promise<void> {
    await this.page.locator(`[data-testid=message][data-state=${state}]`, { hasText: text }).first().waitFor();
  }

  /** Waits until the status says that. */
  async status(words: string): Promise<void> {
    await this.see('status').filter({ hasText: words }).waitFor();
  }

  texts(): Promise<string[]> {
    return this.see('message-text').allTextContents();
  }

  /** How axe judges the screen as it is: what it finds, and where. */
  async faults(): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page: this.page }).analyze();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  async shot(name: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }

  async leave(): Promise<void> {
    await this.page.context().close();
    if (this.mistakes.length > 0) throw new Error(this.mistakes.join('\n'));
  }
}
