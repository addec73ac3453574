import type { Feature } from 'geojson';
import type { Map as MapLibreMap } from 'maplibre-gl';
import { explain, fetchCommunes, fetchFeature } from './api.ts';
import { boundsOf } from './map/bounds.ts';
import { addHighlight, highlight } from './map/highlight.ts';
import { identify } from './map/identify.ts';
import { nameCommunesOnce } from './map/labels.ts';
import type { Atlas } from './map/style.ts';
import { formatHash, parseHash } from './text/hash.ts';
import { createBackgrounds } from './ui/backgrounds.ts';
import { CentreControl } from './ui/centre.ts';
import { byId } from './ui/dom.ts';
import { createInfo } from './ui/info.ts';
import { createLayers } from './ui/layers.ts';
import { createCopyLink } from './ui/link.ts';
import { covered } from './ui/panels.ts';
import type { LayersPanel } from './ui/panels.ts';
import { createSearch } from './ui/search.ts';
import type { Status } from './ui/status.ts';

/** Room left around what the map frames, in pixels. */
const SIDE = 32;

/** Puts the tools around a map whose style is loaded, and ties them together. */
export function furnish(map: MapLibreMap, atlas: Atlas, status: Status, panel: LayersPanel): void {
  addHighlight(map);
  const info = createInfo({
    fetch: fetchFeature,
    select: (feature) => highlight(map, feature),
    zoomTo: (feature) => zoomTo(map, feature),
    leave: () => map.getCanvas().focus({ preventScroll: true }),
  });
  const ask = (at: { x: number; y: number }): void => {
    panel.uncover();
    info.open(identify(map, atlas, at));
    keepInSight(map, at);
  };
  map.on('click', (event) => ask(event.point));
  map.addControl(
    new CentreControl(() => {
      ask(map.project(map.getCenter()));
      byId('info-title').focus();
    }),
    'top-right',
  );
  byId('skip').addEventListener('click', (event) => {
    // Followed as a link it would replace the view that the address keeps.
    event.preventDefault();
    map.getCanvas().focus();
  });
  pointer(map, atlas);
  keepView(map, atlas);
  createCopyLink(status);
  if (atlas.collections.some((collection) => collection.id === 'communes')) {
    const communes = once(fetchCommunes);
    createSearch({
      load: communes,
      go: (commune) => {
        info.close();
        panel.uncover();
        highlight(map, commune.feature);
        zoomTo(map, commune.feature);
        status.tell(`${commune.name} : la carte est centrée sur la commune.`);
      },
      failed: (error) => status.fail(explain(error, 'La recherche')),
    });
    // After the first picture: until then, and if it fails, the names that the tiles carry do.
    map.once('idle', () => nameCommunesOnce(map, atlas, communes).catch(() => undefined));
  }
}

/** The same answer for all who ask; a failure is forgotten, so that asking again may succeed. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= load().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}

/** Frames a feature, leaving room for what covers the map. */
function zoomTo(map: MapLibreMap, feature: Feature): void {
  const bounds = boundsOf(feature);
  if (!bounds) return;
  const { right, bottom } = covered();
  map.fitBounds(bounds, {
    padding: { top: SIDE, left: SIDE, right: SIDE + right, bottom: SIDE + bottom },
    // A single point would otherwise be looked at through a microscope.
    maxZoom: 18,
  });
}

/** Moves the map when the panel of attributes has come over the very point it speaks of. */
function keepInSight(map: MapLibreMap, at: { x: number; y: number }): void {
  const { clientWidth, clientHeight } = map.getContainer();
  const { right, bottom } = covered();
  const aside = right > 0 ? Math.max(0, at.x - (clientWidth - right - 3 * SIDE)) : 0;
  const up = bottom > 0 ? Math.max(0, at.y - (clientHeight - bottom - SIDE)) : 0;
  if (aside > 0 || up > 0) map.panBy([aside, up]);
}

/** Layers, background and camera to the address and back. */
function keepView(map: MapLibreMap, atlas: Atlas): void {
  const write = (): void => {
    const { lat, lng } = map.getCenter();
    const hash = formatHash({
      center: { zoom: map.getZoom(), lat, lon: lng },
      layers: layers.visible(),
      background: backgrounds.current(),
    });
    history.replaceState(null, '', hash);
  };
  const read = (): void => {
    const view = parseHash(location.hash);
    layers.set(view.layers);
    backgrounds.set(view.background);
    if (view.center) map.jumpTo({ center: [view.center.lon, view.center.lat], zoom: view.center.zoom });
  };
  const layers = createLayers(map, atlas, write);
  const backgrounds = createBackgrounds(map, atlas, write);
  read();
  map.on('moveend', write);
  addEventListener('hashchange', read);
}

/** A hand over what answers a click. */
function pointer(map: MapLibreMap, atlas: Atlas): void {
  if (!matchMedia('(hover: hover)').matches) return;
  const layers = atlas.collections.flatMap((collection) => collection.layerIds);
  let frame = 0;
  map.on('mousemove', (event) => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const over = !map.isMoving() && map.queryRenderedFeatures(event.point, { layers }).length > 0;
      map.getCanvas().style.cursor = over ? 'pointer' : '';
    });
  });
}
