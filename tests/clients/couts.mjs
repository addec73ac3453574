// The sliders of /couts in a real browser: signs in as a finance officer, moves one, reads what the server
// answers; a study is tried out; on a phone nothing is too wide.
//
//   node tests/clients/couts.mjs http://127.0.0.1:8080 KEY [screenshot.png]
//
// Needs what browser.mjs says, and a key with the role finance. Exits with 0 when all of it works, with 1 and
// one clear line when it does not.
import assert from 'node:assert/strict';
import { launch, open } from './browser.mjs';

const [origin = 'http://127.0.0.1:8080', key, screenshot] = process.argv.slice(2);

async function signIn(page) {
  await page.goto(`${origin}/connexion?vers=%2Fcouts`);
  await page.getByLabel('Clé d’accès').fill(key);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await page.waitForURL(`${origin}/couts*`);
}

/** What the server answers once something has been moved, and the table that is drawn from it. */
async function simulated(page, move) {
  const asked = page.waitForResponse((response) => response.url().includes('/simulation?'));
  await move();
  const answer = await asked;
  assert.equal(answer.status(), 200, answer.url());
  const [variant] = (await answer.json()).variants;
  await page.locator('#simule table').waitFor();
  return { url: new URL(answer.url()), variant };
}

const slide = (page, name, value) => page.locator(`#simulation input[name=${name}]`).evaluate((input, value) => {
  input.value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}, value);

async function sliders(page) {
  const service = page.locator('#simulation select[name=service]');
  await service.selectOption('sig');
  const free = await simulated(page, () => slide(page, 'usage_propre', '1'));
  assert.equal(free.url.searchParams.get('usage_propre'), '1');
  // Only what was moved is asked for: the rest stays as in the exercise.
  assert.deepEqual([...free.url.searchParams.keys()].sort(), ['service', 'usage_propre']);
  assert.ok(free.variant.changes.metropolis.change > 0 && free.variant.lose === 0, 'the metropolis carries all');
  assert.equal(free.variant.changes.cost.change, 0);
  const rows = await page.locator('#simule tbody tr').count();
  assert.equal(rows, Object.keys(free.variant.changes.communes).length);
  const said = await page.locator('#simule p').first().textContent();
  assert.equal(said, `${free.variant.gain} communes paient moins, 0 paient plus.`);
  const shown = page.locator('label').filter({ hasText: 'Usage propre' }).locator('output');
  assert.match(await shown.textContent(), /^100\s%$/);
  const equal = await simulated(page, () => page.locator('#simulation select[name=cle]').selectOption('equal'));
  assert.equal(equal.url.searchParams.get('cle'), 'equal');
}

/** A study is not part of the exercise: trying it out creates it, and somebody pays more. */
async function study(page) {
  await page.getByRole('heading', { name: 'Services à l’étude' }).waitFor();
  const service = page.locator('#simulation select[name=service]');
  const { variant } = await simulated(page, () => service.selectOption('ingenierie'));
  assert.ok(variant.changes.cost.change > 0 && variant.lose > 0, 'a study that is created costs something');
}

async function main() {
  assert.ok(key, 'which key? node tests/clients/couts.mjs ORIGIN KEY');
  const browser = await launch();
  try {
    const { page, faults } = await open(browser, { viewport: { width: 1280, height: 900 } });
    await signIn(page);
    await sliders(page);
    await study(page);
    await page.setViewportSize({ width: 360, height: 740 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} px too wide on a phone`);
    if (screenshot) await page.screenshot({ path: screenshot, fullPage: true });
    assert.deepEqual(faults, []);
    console.log('couts: ok');
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(`couts: ${error.message}`);
  process.exitCode = 1;
});
