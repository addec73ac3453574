// Contributing in a real browser: signs in, drops a file with a fault, reads the report on its map,
// drops a sound one, publishes it, and takes it back.
//
//   node tests/clients/contributions.mjs http://127.0.0.1:8080 KEY [screenshot.png]
//
// Needs what browser.mjs says, and a key of a contributor for the whole territory.
// Exits with 0 when all of it works, with 1 and one clear line when it does not.
import assert from 'node:assert/strict';
import { launch, open } from './browser.mjs';

const [origin = 'http://127.0.0.1:8080', key, screenshot] = process.argv.slice(2);
const COLLECTION = 'ecoles';
const RENAMED = `École du dépôt d’essai ${Date.now()}`;

async function shot(page, name, fullPage = true) {
  if (screenshot) await page.screenshot({ path: screenshot.replace(/(\.png)?$/, `-${name}.png`), fullPage });
}

async function signIn(page) {
  await page.goto(`${origin}/connexion?vers=/contributions`);
  await page.getByLabel('Clé d’accès').fill(key);
  await page.getByRole('main').getByRole('button', { name: 'Se connecter' }).click();
  await page.getByRole('heading', { name: 'Déposer des données', level: 1 }).waitFor();
}

/** The schools of the commune that has most of them, as they are published. */
async function published() {
  const answer = await fetch(`${origin}/collections/${COLLECTION}/items?f=json&limit=1000`);
  const { features } = await answer.json();
  const counts = new Map();
  for (const { properties } of features) counts.set(properties.commune, (counts.get(properties.commune) ?? 0) + 1);
  const [commune] = [...counts].sort((a, b) => b[1] - a[1])[0];
  return features.filter((feature) => feature.properties.commune === commune);
}

const collection = (features) => JSON.stringify({ type: 'FeatureCollection', features });

/** The same, one of them in the sea and one without its name. */
function faulty(features) {
  const copy = structuredClone(features);
  copy[0].geometry.coordinates = [-2.4, 47.1];
  delete copy[1].properties.nom;
  return collection(copy);
}

/** The same, one of them renamed. */
function renamed(features) {
  const copy = structuredClone(features);
  copy[0].properties.nom = RENAMED;
  return collection(copy);
}

/** Drops a file on the zone, as a hand does. */
async function drop(page, name, text) {
  await page.goto(`${origin}/contributions`);
  const transfer = await page.evaluateHandle(([fileName, content]) => {
    const data = new DataTransfer();
    data.items.add(new File([content], fileName, { type: 'application/geo+json' }));
    return data;
  }, [name, text]);
  await page.dispatchEvent('#zone', 'dragenter', { dataTransfer: transfer });
  await page.dispatchEvent('#zone', 'drop', { dataTransfer: transfer });
  await page.locator('#choisis li', { hasText: name }).waitFor();
  await page.getByLabel('Pour quelle collection').selectOption(COLLECTION);
  await page.getByLabel('Commentaire').fill('Essai dans un navigateur');
  await shot(page, 'depot');
  await page.getByRole('button', { name: 'Envoyer et contrôler' }).click();
  await page.waitForURL(/\/contributions\/\d+$/);
}

const badge = (page, word) => page.locator('h1 .badge', { hasText: word });

async function faultsAreShown(page, features) {
  await drop(page, 'ecoles-fautives.geojson', faulty(features));
  await badge(page, 'refusé').waitFor();
  await page.getByRole('heading', { name: 'Rien n’est publié' }).waitFor();
  const group = page.locator('details.error').first();
  await group.waitFor();
  await page.locator('#carte-constats').scrollIntoViewIfNeeded();
  await page.waitForFunction(() => {
    const map = globalThis.__constats?.map;
    return map?.loaded() && map.areTilesLoaded() && map.queryRenderedFeatures({ layers: ['constats'] }).length > 0;
  });
  await shot(page, 'rapport');
  // The row leads to its point, the point to its row.
  const row = page.locator('tr[data-lon]').first();
  await row.getByRole('button', { name: 'Montrer sur la carte' }).click();
  assert.match(await row.getAttribute('class'), /chosen-row/);
  const [lon, lat] = [await row.getAttribute('data-lon'), await row.getAttribute('data-lat')].map(Number);
  const centre = await page.evaluate(() => globalThis.__constats.map.getCenter());
  assert.ok(Math.abs(centre.lng - lon) < 1e-3 && Math.abs(centre.lat - lat) < 1e-3, 'the map did not go there');
  await page.evaluate(() => document.querySelectorAll('.chosen-row').forEach((it) => it.classList.remove('chosen-row')));
  await page.locator('#carte-constats canvas').click();
  await page.locator('tr.chosen-row').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Publier', exact: true }).count(), 0, 'what is refused is offered');
  return page.locator('tr[data-severity=error]').count();
}

async function publishes(page, features) {
  await drop(page, 'ecoles.geojson', renamed(features));
  await badge(page, 'prêt à publier').waitFor();
  await page.locator('tr[data-severity=changed] ins', { hasText: RENAMED }).waitFor();
  assert.equal(await page.locator('.changes .changed dd').first().textContent(), '1', 'one school changed');
  await shot(page, 'compare');
  await page.getByRole('button', { name: 'Publier', exact: true }).click();
  await badge(page, 'publié').waitFor();
  await shot(page, 'publie');
  assert.ok(await isServed(), 'the new name is not served');
  await page.getByRole('button', { name: 'Reprendre cette publication' }).click();
  await page.getByText('est de nouveau servi').waitFor();
  await shot(page, 'repris');
  assert.ok(!(await isServed()), 'the old name is not served again');
}

/** Whether the new name is served, once the server has had the time to know. */
async function isServed() {
  await new Promise((later) => setTimeout(later, 1500));
  return (await published()).some((feature) => feature.properties.nom === RENAMED);
}

/** On a phone and without script: the form, the drawing and the report are there. */
async function withoutScript(browser) {
  const { context, page, faults } = await open(browser, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  await signIn(page);
  await shot(page, 'phone');
  await page.getByRole('link', { name: 'ecoles-fautives.geojson' }).first().click();
  await page.locator('svg.dots circle').first().waitFor();
  await shot(page, 'phone-rapport');
  await page.getByRole('link', { name: 'page à transmettre' }).click();
  await page.getByText('Rapport de dépôt').waitFor();
  await shot(page, 'seul');
  await context.close();
  assert.deepEqual(faults, [], 'without script');
}

async function main() {
  assert.ok(key, 'which key? node tests/clients/contributions.mjs ORIGIN KEY');
  const features = await published();
  const browser = await launch();
  try {
    const { page, faults } = await open(browser, { viewport: { width: 1280, height: 900 } });
    await signIn(page);
    await shot(page, 'accueil');
    const count = await faultsAreShown(page, features);
    await publishes(page, features);
    await page.goto(`${origin}/contributions`);
    await shot(page, 'liste');
    assert.deepEqual(faults, [], 'on a desktop');
    await withoutScript(browser);
    console.log(`contributions: ok (${features.length} schools, ${count} faults shown)`);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(`contributions: ${error.message}`);
  process.exitCode = 1;
});
