// The map viewer in a real browser.
//
//   node tests/clients/carte.mjs http://127.0.0.1:8080 [screenshot.png]
//
// Needs what browser.mjs says.
// Exits with 0 when the map works, with 1 and one clear line when it does not.
import assert from 'node:assert/strict';
import { idle, launch, open as blank } from './browser.mjs';

const [origin = 'http://127.0.0.1:8080', screenshot] = process.argv.slice(2);

/** Opens a page that remembers everything which must not happen. */
async function open(browser, options) {
  const { context, page, faults } = await blank(browser, options);
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== new URL(origin).origin) {
      faults.push(`request outside: ${url.href}`);
    }
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} for ${response.url()}`);
  });
  await page.goto(`${origin}/carte`);
  await idle(page);
  return { page, context, faults };
}

/** Fails with the first of what must not happen. */
function noFaults(faults, where) {
  const others = faults.length > 3 ? ` and ${faults.length - 3} more` : '';
  assert.ok(faults.length === 0, `${where}: ${faults.slice(0, 3).join('; ')}${others}`);
}

/** The communes that the map draws, and how many colours its canvas shows. */
function drawn(page) {
  return page.evaluate(async () => {
    const { map } = globalThis.__geonantes;
    const layers = map.getStyle().layers
      .filter((layer) => layer['source-layer'] === 'communes').map((layer) => layer.id);
    const communes = new Set(map.queryRenderedFeatures({ layers }).map((feature) => feature.id ?? feature.properties.nom));
    // The drawing buffer can be read only while the frame is drawn.
    const colours = new Promise((resolve) => map.once('render', () => {
      const canvas = map.getCanvas();
      const gl = canvas.getContext('webgl2');
      const pixels = new Uint8Array(canvas.width * canvas.height * 4);
      gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
      const words = new Uint32Array(pixels.buffer);
      const found = new Set();
      for (let i = 0; i < words.length; i += 7) found.add(words[i]);
      resolve(found.size);
    }));
    map.triggerRepaint();
    return { communes: communes.size, colours: await colours };
  });
}

async function communesAreDrawn(page) {
  const { communes, colours } = await drawn(page);
  assert.ok(communes >= 5, `only ${communes} communes are drawn`);
  assert.ok(colours >= 5, `the canvas is blank (${colours} colours)`);
  return communes;
}

/** A click in the middle opens the panel, where one of the features is a commune. */
async function clickShowsAttributes(page, names) {
  const box = await page.locator('#carte canvas').boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.locator('#info').waitFor();
  await page.locator('#info dl').first().waitFor();
  const titles = await page.locator('#info .feature-title').allTextContents();
  const name = titles.find((title) => names.includes(title));
  assert.ok(name, `no commune among what the click shows: ${titles.join(', ') || 'nothing'}`);
  const feature = page.locator('#info details').filter({ has: page.getByText(name, { exact: true }) }).first();
  if (!(await feature.evaluate((details) => details.open))) await feature.locator('summary').click();
  // Everything that the server knows or, over a whole territory on a small screen, what the tile does.
  await feature.locator('.feature-actions, .hint').first().waitFor();
  assert.ok((await feature.locator('dd').count()) >= 2, 'the panel lacks the attributes of the commune');
  return name;
}

/** « reze » finds Rezé, and the map goes there. */
async function searchMoves(page, wanted) {
  const before = await page.evaluate(() => globalThis.__geonantes.map.getCenter().toArray());
  const field = page.getByRole('combobox');
  await field.fill(wanted.typed);
  await page.getByRole('option').first().waitFor();
  await field.press('Enter');
  await page.waitForFunction(
    ([lon, lat]) => {
      const center = globalThis.__geonantes.map.getCenter();
      return center.lng !== lon || center.lat !== lat;
    },
    before,
  );
  await idle(page);
  const inside = await page.evaluate(([w, s, e, n]) => {
    const { lng, lat } = globalThis.__geonantes.map.getCenter();
    return lng > w && lng < e && lat > s && lat < n;
  }, wanted.bounds);
  assert.ok(inside, `the search for « ${wanted.typed} » did not go to ${wanted.name}`);
  assert.equal(await field.inputValue(), wanted.name);
}

/** Turning the communes off empties the map of them and is written in the address. */
async function layerToggles(page) {
  const box = page.locator('input[data-collection="communes"]');
  await box.uncheck();
  await idle(page);
  assert.equal((await drawn(page)).communes, 0, 'the communes are still drawn when off');
  assert.ok(/couches=/.test(page.url()) && !/couches=[^&]*\bcommunes\b/.test(page.url()), `the link does not keep the layers: ${page.url()}`);
  await box.check();
  await idle(page);
  await communesAreDrawn(page);
}

/** The link alone brings the same view back. */
async function linkKeepsView(page) {
  const link = page.url();
  const view = () => page.evaluate(() => {
    const { map } = globalThis.__geonantes;
    return [map.getZoom().toFixed(1), map.getCenter().lng.toFixed(2), map.getCenter().lat.toFixed(2)].join(' ');
  });
  const before = await view();
  await page.goto('about:blank');
  await page.goto(link);
  await idle(page);
  assert.equal(await view(), before, 'the link does not bring the view back');
}

/** Without a mouse: Enter asks at the centre, Escape closes. */
async function keyboardWorks(page) {
  await page.locator('#carte canvas').focus();
  await page.keyboard.press('Enter');
  await page.locator('#info .feature').first().waitFor();
  await page.keyboard.press('Escape');
  assert.ok(await page.locator('#info').isHidden(), 'Escape does not close the panel');
}

async function phone(browser, names) {
  const { page, context, faults } = await open(browser, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `the page is ${overflow} px too wide on a phone`);
  await page.getByRole('button', { name: 'Couches', exact: true }).tap();
  await page.locator('input[data-collection="communes"]').waitFor();
  await page.getByRole('button', { name: 'Fermer la liste des couches' }).tap();
  await clickShowsAttributes(page, names);
  const sheet = await page.locator('#info').boundingBox();
  assert.ok(sheet.x >= 0 && sheet.width <= 360 && sheet.y + sheet.height <= 741, `the panel does not fit on a phone: ${JSON.stringify(sheet)}`);
  if (screenshot) await page.screenshot({ path: screenshot.replace(/(\.png)?$/, '-phone.png') });
  noFaults(faults, 'on a phone');
  await context.close();
}

/** What the server says of its communes: names, and the one to look for. */
async function territory() {
  const response = await fetch(`${origin}/collections/communes/items?f=json&limit=1000`).catch(() => {
    throw new Error(`no server answers at ${origin}`);
  });
  assert.ok(response.ok, `the communes answer ${response.status}`);
  const { features } = await response.json();
  const names = features.map((feature) => feature.properties.nom);
  // Another territory than Nantes has no Rezé: any of its communes will do.
  const feature = features.find(({ properties }) => properties.nom === 'Rezé') ?? features[0];
  const points = feature.geometry.coordinates.flat(feature.geometry.type === 'Polygon' ? 1 : 2);
  const [xs, ys] = [points.map((point) => point[0]), points.map((point) => point[1])];
  const { nom } = feature.properties;
  return {
    names,
    wanted: {
      name: nom,
      typed: nom.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase(),
      bounds: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
    },
  };
}

async function main() {
  const { names, wanted } = await territory();
  const browser = await launch();
  try {
    const { page, faults } = await open(browser, { viewport: { width: 1280, height: 800 } });
    const communes = await communesAreDrawn(page);
    const clicked = await clickShowsAttributes(page, names);
    if (screenshot) await page.screenshot({ path: screenshot });
    await searchMoves(page, wanted);
    await layerToggles(page);
    await keyboardWorks(page);
    await linkKeepsView(page);
    noFaults(faults, 'on a desktop');
    await phone(browser, names);
    console.log(`carte: ok (${communes} communes drawn, clicked ${clicked}, found ${wanted.name})`);
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  console.error(`carte: ${error.message}`);
  process.exitCode = 1;
});
