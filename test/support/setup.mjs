import chromium from '@sparticuz/chromium';
import { chromium as driver } from 'playwright-core';
import { buildStale } from '../../scripts/build.mjs';

/**
 * Once before all tests: what people run is built, for some tests run it; and Chromium is unpacked and tried,
 * since not every machine can run the one that npm brings.
 */
export default async function setup() {
  buildStale();
  try {
    const browser = await driver.launch(await browserOptions());
    await browser.close();
  } catch (error) {
    if (process.env.CHAT_TEST_STRICT === '1') throw error;
    process.env.CHAT_TEST_NO_BROWSER = '1';
    console.warn(
      `\nNOT TESTED: the page in a browser, for the Chromium from npm does not run here (${error.message.split('\n')[0]}).\n` +
        'On Debian: apt-get install libnss3 libexpat1. Elsewhere: set CHAT_TEST_BROWSER to the path of a Chrome.\n',
    );
  }
}

/** Meant for a function in the cloud, where they save memory; here they only make it fragile. */
const UNWANTED = /single-process|no-zygote|headless/;

export async function browserOptions() {
  return {
    executablePath: process.env.CHAT_TEST_BROWSER ?? (await chromium.executablePath()),
    args: [...chromium.args.filter((arg) => !UNWANTED.test(arg)), '--no-sandbox'],
  };
}
