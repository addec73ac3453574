import 'maplibre-gl/dist/maplibre-gl.css';
import type { Feature, FeatureCollection, Point } from 'geojson';
import { LngLatBounds } from 'maplibre-gl';
import type { Map as MapLibreMap } from 'maplibre-gl';
import { fetchStyle } from '../api.ts';
import { createMap } from '../map/create.ts';
import { embedFonts, readAtlas } from '../map/style.ts';
import type { Atlas } from '../map/style.ts';
import { make } from '../ui/dom.ts';

const SOURCE = 'constats';
const COLORS: Record<string, string> = {
  error: '#b3261e',
  repair: '#0b6e69',
  warning: '#b7791f',
  changed: '#1f5fa8',
  removed: '#5c3a21',
  added: '#2e9e6b',
};

declare global {
  interface Window {
    /** For the browser test, which asks the map itself what it draws. */
    __constats?: { map: MapLibreMap };
  }
}

/** Puts a map of the findings in the place of their drawing, tied to the rows that tell of them. */
export async function showFindings(place: HTMLElement): Promise<void> {
  const rows = [...document.querySelectorAll<HTMLTableRowElement>('tr[data-lon]')];
  const style = await fetchStyle();
  const atlas = readAtlas(style);
  embedFonts(style);
  const frame = make('div', { class: 'map-frame' });
  place.prepend(frame);
  let map: MapLibreMap;
  try {
    map = createMap(frame, style, atlas, {});
  } catch {
    // Without WebGL 2 the drawing says it.
    frame.remove();
    return;
  }
  place.classList.add('with-map');
  window.__constats = { map };
  map.once('style.load', () => draw(map, atlas, rows));
}

function draw(map: MapLibreMap, atlas: Atlas, rows: HTMLTableRowElement[]): void {
  showOnly(map, atlas, concerned());
  const features = rows.map(feature);
  const data: FeatureCollection<Point> = { type: 'FeatureCollection', features };
  map.addSource(SOURCE, { type: 'geojson', data, promoteId: 'row' });
  map.addLayer({
    id: SOURCE,
    type: 'circle',
    source: SOURCE,
    paint: {
      'circle-radius': ['case', ['boolean', ['feature-state', 'chosen'], false], 11, 6],
      'circle-color': ['get', 'color'],
      'circle-stroke-color': '#ffffff',
      'circle-stroke-width': 2,
    },
  });
  const bounds = new LngLatBounds();
  for (const { geometry } of features) bounds.extend(geometry.coordinates as [number, number]);
  // A fault in the middle of nowhere says nothing: the territory stays in sight.
  if (atlas.bounds) {
    const [west, south, east, north] = atlas.bounds;
    const inside = ({ lng, lat }: { lng: number; lat: number }): boolean => lng >= west && lng <= east && lat >= south && lat <= north;
    if (!(inside(bounds.getNorthEast()) && inside(bounds.getSouthWest()))) bounds.extend(atlas.bounds);
  }
  map.fitBounds(bounds, { padding: 48, maxZoom: 15.5, animate: false });
  tie(map, rows);
}

function feature(row: HTMLTableRowElement): Feature<Point> {
  const coordinates = [Number(row.dataset['lon']), Number(row.dataset['lat'])];
  const color = COLORS[row.dataset['severity'] ?? ''] ?? '#4d5b67';
  return { type: 'Feature', properties: { row: row.id, color }, geometry: { type: 'Point', coordinates } };
}

/** The collections that the report is about, and the communes. */
function concerned(): Set<string> {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.where a')];
  const named = links.flatMap((link) => new URLSearchParams(link.hash.slice(1)).get('couches')?.split(',') ?? []);
  return new Set(['communes', ...named]);
}

function showOnly(map: MapLibreMap, atlas: Atlas, ids: Set<string>): void {
  for (const collection of atlas.collections) {
    const visibility = ids.has(collection.id) ? 'visible' : 'none';
    for (const id of collection.layerIds) map.setLayoutProperty(id, 'visibility', visibility);
  }
}

/** A row leads to its point, a point to its row. */
function tie(map: MapLibreMap, rows: HTMLTableRowElement[]): void {
  let chosen: string | undefined;
  const choose = (id: string): void => {
    for (const [row, on] of [[chosen, false], [id, true]] as const) {
      if (!row) continue;
      map.setFeatureState({ source: SOURCE, id: row }, { chosen: on });
      document.getElementById(row)?.classList.toggle('chosen-row', on);
    }
    chosen = id;
  };
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const go = (row: HTMLTableRowElement): void => {
    choose(row.id);
    const center: [number, number] = [Number(row.dataset['lon']), Number(row.dataset['lat'])];
    map.easeTo({ center, zoom: Math.max(map.getZoom(), 16.5), animate: !still });
  };
  for (const row of rows) {
    row.classList.add('on-map');
    row.addEventListener('click', (event) => {
      if (!(event.target as Element).closest('a')) go(row);
    });
    // With the keyboard through a button, which tells what it does.
    const button = make('button', { type: 'button', class: 'locate', 'aria-label': 'Montrer sur la carte du rapport' }, '◎');
    button.addEventListener('click', (event) => {
      event.stopPropagation();
      go(row);
    });
    row.querySelector('.where')?.append(' ', button);
  }
  map.on('click', SOURCE, (event) => {
    const id = event.features?.[0]?.properties['row'] as string | undefined;
    const row = id === undefined ? null : document.getElementById(id);
    if (!row) return;
    choose(row.id);
    const group = row.closest('details');
    if (group) group.open = true;
    row.scrollIntoView({ block: 'center', behavior: still ? 'auto' : 'smooth' });
  });
  map.on('mouseenter', SOURCE, () => (map.getCanvas().style.cursor = 'pointer'));
  map.on('mouseleave', SOURCE, () => (map.getCanvas().style.cursor = ''));
}
