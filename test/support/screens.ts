import { expect } from '@jest/globals';
import type { Visitor } from './browser.js';

export const SIZES = {
  wide: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  small: { width: 320, height: 640 },
};
export type Size = keyof typeof SIZES;

/** Takes a picture; nothing may be wider than the screen, and axe may find nothing. */
export async function looksRight(visitor: Visitor, screen: string): Promise<void> {
  await visitor.shot(screen);
  const fits = await visitor.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
  expect({ screen, faults: await visitor.faults(), fits }).toEqual({ screen, faults: [], fits: true });
}
