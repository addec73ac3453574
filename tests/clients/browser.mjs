// What the checks in a real browser share.
//
// Needs `npm ci` done in web/ (playwright-core) and a Chromium ($CHROMIUM, or /usr/bin/chromium).
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const TIMEOUT = 60_000;

// No graphics card on a build machine: WebGL is drawn by SwiftShader. The rest keeps the browser
// from talking to anything but the page.
const args = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--use-gl=angle', '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist',
];

export function launch() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, headless: true, args });
}

/** Waits until the map has nothing left to load or to draw. */
export async function idle(page) {
  await page.waitForFunction(() => {
    const map = globalThis.__geonantes?.map;
    return map?.loaded() && map.areTilesLoaded() && !map.isMoving();
  });
}

/** A page, and what goes wrong on it: errors on the console but those that `expected` matches, and thrown ones. */
export async function open(browser, options, expected = /(?!)/) {
  const context = await browser.newContext({ locale: 'fr-FR', reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT);
  const faults = [];
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    const text = `${message.text()} (${message.location().url})`;
    if (message.type() === 'error' && !expected.test(text)) faults.push(`console: ${text}`);
  });
  return { context, page, faults };
}
