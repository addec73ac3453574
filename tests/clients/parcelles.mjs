// Parcels in a real browser: types a reference as forms have it, reads the sheet, opens a link, finds a
// parcel by a click on the map; with the keyboard alone, on a phone, and without script.
//
//   node tests/clients/parcelles.mjs http://127.0.0.1:8080 [screenshot.png]
//
// Needs what browser.mjs says. Exits with 0 when all of it works, with 1 and one clear line when it does not.
import assert from 'node:assert/strict';
import { launch, open } from './browser.mjs';

const [origin = 'http://127.0.0.1:8080', screenshot] = process.argv.slice(2);

async function shot(page, name) {
  if (screenshot) await page.screenshot({ path: screenshot.replace(/(\.png)?$/, `-${name}.png`), fullPage: true });
}

const json = async (path) => (await fetch(`${origin}${path}`, { headers: { Accept: 'application/json' } })).json();

/** A parcel of the demonstration, as its identifier and as people write it. */
async function some() {
  const { features } = await json('/collections/parcelles/items?f=json&limit=2');
  return features.map(({ properties: { idu, section, numero, commune } }) => {
    const said = `${section.replace(/^0/, '')} ${Number(numero)}`;
    return { idu, typed: `${commune} ${said}`.toLowerCase(), title: `Parcelle ${said.replace(' ', '\u00a0')}` };
  });
}

const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();

/** `/`, letters, arrows and Enter: nothing else is needed. */
async function keyboardAlone(page, [parcel]) {
  await page.goto(`${origin}/parcelles`);
  await page.locator('body').press('/');
  await page.keyboard.type(parcel.typed);
  await page.getByRole('option').first().waitFor();
  assert.equal(await page.getByRole('combobox').getAttribute('aria-expanded'), 'true');
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('option').count(), 0, 'Escape leaves the list open');
  await page.keyboard.press('ArrowDown');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await heading(page, parcel.title);
  assert.equal(new URL(page.url()).pathname, `/parcelles/${parcel.idu}`);
  for (const part of ['Zonage', 'Servitudes d’utilité publique', 'Parcelles voisines', 'Sources']) {
    await page.getByRole('heading', { level: 2, name: part }).waitFor();
  }
}

/** What cannot be read is said in French, what can be read in several ways is offered. */
async function nothingIsGuessed(page) {
  await page.goto(`${origin}/parcelles`);
  const field = page.getByRole('combobox');
  await field.fill('44109 ZZ 9999');
  await page.getByRole('alert').filter({ hasText: 'Absente du cadastre publié' }).waitFor();
  await field.fill('44109 AB 1 234');
  await page.getByRole('option').nth(1).waitFor();
}

/** A click in the middle of the map, which frames the parcel, finds it again from another's sheet. */
async function theMapFinds(page, [parcel]) {
  await page.goto(`${origin}/parcelles/${parcel.idu}`);
  await page.waitForFunction(() => {
    const map = globalThis.__parcelles?.map;
    return map?.loaded() && map.getZoom() > 13 && !map.isMoving();
  });
  await shot(page, 'fiche');
  // The middle of the frame may lie outside a parcel that is bent: a place inside is asked for.
  const at = await page.evaluate(() => {
    const { map } = globalThis.__parcelles;
    const [feature] = map.queryRenderedFeatures({ layers: ['geonantes-selection-fill'] });
    const ring = feature.geometry.type === 'Polygon' ? feature.geometry.coordinates[0] : feature.geometry.coordinates[0][0];
    const [[ax, ay], [bx, by], [cx, cy]] = ring;
    const { x, y } = map.project([(ax + bx + cx) / 3, (ay + by + cy) / 3]);
    return { x, y, id: map.queryRenderedFeatures([x, y], { layers: ['geonantes-selection-fill'] }).length };
  });
  const asked = page.waitForResponse((response) => response.url().includes('/ads/parcelles?lon='));
  await page.locator('.parcel-map canvas').click({ position: { x: at.x, y: at.y } });
  assert.equal((await asked).status(), 200);
  await page.locator('#search-list li, #fiche').first().waitFor();
}

async function withoutScript(browser, [parcel]) {
  const { context, page, faults } = await open(browser, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  await page.goto(`${origin}/parcelles`);
  await page.getByRole('combobox').fill(parcel.typed);
  await page.getByRole('button', { name: 'Chercher' }).click();
  await heading(page, parcel.title);
  assert.equal(new URL(page.url()).pathname, `/parcelles/${parcel.idu}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `the sheet is ${overflow} px too wide on a phone`);
  await page.locator('figure.plan svg').waitFor();
  await shot(page, 'phone');
  await context.close();
  assert.deepEqual(faults, [], 'without script');
}

/** What QGIS and a printer ask for. */
async function papers([parcel]) {
  let answer;
  // The first paper of a process waits for its fonts: a slow machine may answer 503 meanwhile.
  for (let tries = 0; tries < 3 && answer?.status !== 200; tries += 1) {
    answer = await fetch(`${origin}/ads/parcelles/${parcel.idu}?f=pdf`);
  }
  const bytes = new Uint8Array(await answer.arrayBuffer());
  assert.equal(answer.headers.get('content-type'), 'application/pdf');
  assert.equal(String.fromCharCode(...bytes.slice(0, 5)), '%PDF-');
}

async function main() {
  const parcels = await some();
  const browser = await launch();
  try {
    const { page, faults } = await open(browser, { viewport: { width: 1280, height: 900 } }, /status of 40[04]/);
    await keyboardAlone(page, parcels);
    await nothingIsGuessed(page);
    await theMapFinds(page, parcels);
    assert.deepEqual(faults, [], 'on a desktop');
    await withoutScript(browser, parcels);
    await papers(parcels);
    console.log(`parcelles: ok (${parcels[0].typed})`);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(`parcelles: ${error.message}`);
  process.exitCode = 1;
});
