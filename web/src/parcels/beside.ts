import 'maplibre-gl/dist/maplibre-gl.css';
import type { Feature, Geometry } from 'geojson';
import type { Map as MapLibreMap } from 'maplibre-gl';
import { fetchStyle } from '../api.ts';
import { boundsOf } from '../map/bounds.ts';
import { createMap } from '../map/create.ts';
import { addHighlight, highlight } from '../map/highlight.ts';
import { embedFonts, readAtlas } from '../map/style.ts';
import { make } from '../ui/dom.ts';
import { at, Refused } from './ask.ts';
import type { Finder } from './finder.ts';

/** What an instructor looks for under a parcel, when the territory has it. */
const SHOWN = new Set(['communes', 'sections', 'parcelles', 'batiments', 'plum-zonage']);

/** The map beside the search. */
export interface MapBeside {
  /** Frames a sheet's parcels. */
  show(sheet: HTMLElement): void;
}

declare global {
  interface Window {
    /** For the browser test, which asks the map itself what it shows. */
    __parcelles?: { map: MapLibreMap };
  }
}

/** Makes the map; a click on it finds the parcel. */
export async function createBeside(place: HTMLElement, finder: Finder, open: (key: string) => void): Promise<MapBeside> {
  const style = await fetchStyle();
  const atlas = readAtlas(style);
  embedFonts(style);
  const frame = make('div', { class: 'map-frame' });
  place.replaceChildren(frame);
  const map = createMap(frame, style, atlas, {});
  window.__parcelles = { map };
  await new Promise<void>((ready) => map.once('style.load', () => ready()));
  for (const collection of atlas.collections) {
    const visibility = SHOWN.has(collection.id) ? 'visible' : 'none';
    for (const id of collection.layerIds) map.setLayoutProperty(id, 'visibility', visibility);
  }
  addHighlight(map);
  let flight: AbortController | undefined;
  map.on('click', ({ lngLat }) => {
    flight?.abort();
    flight = new AbortController();
    const { signal } = flight;
    at(finder.root, lngLat.lng, lngLat.lat, signal)
      .then(({ found, nearest }) => {
        const only = found[0];
        if (only && found.length === 1 && !nearest) return open(only.key);
        if (only) {
          finder.offer(found);
          return finder.focus();
        }
        finder.refuse('Aucune parcelle à cet endroit ni à moins de 250 m.');
      })
      .catch((error: unknown) => {
        if (!signal.aborted) finder.refuse(error instanceof Refused ? error.message : 'La carte ne répond pas : essayez encore.');
      });
  });
  map.getCanvas().style.cursor = 'crosshair';
  return {
    show: (sheet) => {
      const geometry = JSON.parse(sheet.dataset['geometry'] ?? 'null') as Geometry | null;
      if (!geometry) return;
      const feature: Feature = { type: 'Feature', properties: {}, geometry };
      highlight(map, feature);
      const bounds = boundsOf(feature);
      if (bounds) map.fitBounds(bounds, { padding: 60, maxZoom: 19, animate: false });
    },
  };
}
