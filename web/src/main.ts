import 'maplibre-gl/dist/maplibre-gl.css';
import './css/fonts.css';
import './css/page.css';
import './css/panels.css';
import './css/map.css';
import type { Map as MapLibreMap, StyleSpecification } from 'maplibre-gl';
import { explain, fetchStyle } from './api.ts';
import { createMap } from './map/create.ts';
import { watchFaults } from './map/faults.ts';
import { embedFonts, readAtlas } from './map/style.ts';
import type { Atlas } from './map/style.ts';
import { parseHash } from './text/hash.ts';
import { furnish } from './page.ts';
import { byId } from './ui/dom.ts';
import { createLayersPanel } from './ui/panels.ts';
import { createStatus } from './ui/status.ts';

declare global {
  interface Window {
    /** For the browser test, which asks the map itself what it draws. */
    __geonantes?: { map: MapLibreMap };
  }
}

const status = createStatus();
// Before the map, which must know how much room is left to it.
const panel = createLayersPanel();

async function start(): Promise<void> {
  let style: StyleSpecification;
  try {
    style = await fetchStyle();
  } catch (error) {
    byId('stage').removeAttribute('aria-busy');
    status.fail(explain(error, 'La carte'), () => void start());
    return;
  }
  byId('stage').setAttribute('aria-busy', 'true');
  const atlas = readAtlas(style);
  embedFonts(style);
  describe(atlas);
  let map: MapLibreMap;
  try {
    map = createMap(byId('carte'), style, atlas, parseHash(location.hash));
  } catch {
    status.fail('Ce navigateur ne sait pas dessiner la carte (WebGL 2). Les données restent dans le catalogue.');
    byId('stage').removeAttribute('aria-busy');
    return;
  }
  window.__geonantes = { map };
  watchFaults(map, atlas, status);
  watchLoading(map);
  map.once('style.load', () => furnish(map, atlas, status, panel));
}

function describe(atlas: Atlas): void {
  byId('territory').textContent = atlas.territory ?? '';
  byId('demonstration').hidden = !atlas.demonstration;
  if (atlas.territory) document.title = `Carte · ${atlas.territory} · Géonantes`;
}

/** The thin bar at the top of the map, and `aria-busy` for those who do not see it. */
function watchLoading(map: MapLibreMap): void {
  const stage = byId('stage');
  map.on('dataloading', () => stage.setAttribute('aria-busy', 'true'));
  map.on('idle', () => stage.removeAttribute('aria-busy'));
}

void start();
