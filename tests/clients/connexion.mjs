// Signing in to the portal in a real browser: a key opens a session, the map shows a member layer.
//
//   node tests/clients/connexion.mjs http://127.0.0.1:8080 KEY [screenshot.png]
//
// Needs what browser.mjs says, and a key of a member whose communes have archive sites.
// Exits with 0 when all of it works, with 1 and one clear line when it does not.
import assert from 'node:assert/strict';
import { idle, launch, open } from './browser.mjs';

const [origin = 'http://127.0.0.1:8080', key, screenshot] = process.argv.slice(2);
const MEMBERS = 'sites-archives';
// The refusal of a wrong key is an answer like another.
const REFUSED = /status of 403/;
const box = (page) => page.locator(`input[data-collection="${MEMBERS}"]`);

async function map(page, path = '/carte') {
  if (path) await page.goto(origin + path);
  await idle(page);
}

/** Fills the form in and sends it. */
async function signIn(page, text) {
  const field = page.getByLabel('Clé d’accès');
  assert.equal(await field.getAttribute('type'), 'password');
  await field.fill(text);
  await page.getByRole('button', { name: 'Se connecter' }).click();
}

async function throughTheMap(page) {
  await map(page);
  assert.equal(await box(page).count(), 0, 'a stranger is shown a member layer');
  if (!(await page.locator('#layers').isVisible())) await page.locator('#toggle-layers').click();
  await page.getByRole('link', { name: 'Connexion' }).click();
  await signIn(page, `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`);
  await page.getByRole('alert').waitFor();
  if (screenshot) await page.screenshot({ path: screenshot.replace(/(\.png)?$/, '-refus.png'), fullPage: true });
  await signIn(page, key);
  await page.waitForURL(`${origin}/carte*`);
  await map(page, null);
}

/** The member layer is in the list, its tiles come, and the map draws them. */
async function memberLayerIsDrawn(page) {
  await box(page).waitFor();
  if (!(await box(page).isChecked())) await box(page).check();
  await idle(page);
  const drawn = await page.evaluate((id) => {
    const { map } = globalThis.__geonantes;
    const layers = map.getStyle().layers.filter((layer) => layer['source-layer'] === id).map((layer) => layer.id);
    return map.queryRenderedFeatures({ layers }).length;
  }, MEMBERS);
  assert.ok(drawn > 0, `no feature of ${MEMBERS} is drawn`);
  return drawn;
}

/** Another site's page ends nothing, whatever it makes the browser send. */
async function strangersEndNothing(context) {
  const page = await context.newPage();
  await page.goto(`data:text/html,<form method="post" action="${origin}/deconnexion"><button>x</button></form>`);
  const answered = page.waitForResponse(`${origin}/deconnexion`);
  await page.getByRole('button').click();
  assert.equal((await answered).status(), 403, 'another site ends the session');
  await page.close();
}

async function signOut(page) {
  await page.goto(origin);
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await page.getByRole('heading', { name: 'Vous êtes déconnecté' }).waitFor();
  await page.getByRole('link', { name: 'Se connecter', exact: true }).waitFor();
}

/** On a phone and without script, where the pages are the same. */
async function withoutScript(browser) {
  const { context, page, faults } = await open(browser, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } }, REFUSED);
  await page.goto(`${origin}/collections/${MEMBERS}?f=html`);
  await page.getByRole('main').getByRole('link', { name: 'Se connecter' }).click();
  if (screenshot) await page.screenshot({ path: screenshot.replace(/(\.png)?$/, '-phone.png'), fullPage: true });
  await signIn(page, key);
  await page.waitForURL(`${origin}/collections/${MEMBERS}?f=html`);
  if (screenshot) await page.screenshot({ path: screenshot.replace(/(\.png)?$/, '-phone-connecte.png') });
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await page.getByRole('heading', { name: 'Vous êtes déconnecté' }).waitFor();
  const others = faults.filter((fault) => !/status of 401/.test(fault));
  assert.deepEqual(others, [], 'without script');
  await context.close();
}

async function main() {
  assert.ok(key, 'which key? node tests/clients/connexion.mjs ORIGIN KEY');
  const browser = await launch();
  try {
    const { context, page, faults } = await open(browser, { viewport: { width: 1280, height: 800 } }, REFUSED);
    if (screenshot) {
      await page.goto(`${origin}/connexion`);
      await page.screenshot({ path: screenshot });
    }
    await throughTheMap(page);
    const drawn = await memberLayerIsDrawn(page);
    await strangersEndNothing(context);
    if (screenshot) {
      await page.goto(`${origin}/connexion`);
      await page.screenshot({ path: screenshot.replace(/(\.png)?$/, '-connecte.png') });
    }
    await signOut(page);
    if (screenshot) await page.screenshot({ path: screenshot.replace(/(\.png)?$/, '-adieu.png') });
    await map(page);
    assert.equal(await box(page).count(), 0, 'the member layer is still there after signing out');
    assert.deepEqual(faults, [], 'on a desktop');
    await withoutScript(browser);
    console.log(`connexion: ok (${drawn} features of ${MEMBERS} drawn for a member)`);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(`connexion: ${error.message}`);
  process.exitCode = 1;
});
