import type { Map as MapLibreMap } from 'maplibre-gl';
import type { Atlas, Collection, LegendEntry } from '../map/style.ts';
import { byId, demonstrationBadge, make } from './dom.ts';

/** The list of layers: what is on, and the legend. */
export interface Layers {
  /** Ids of the collections that are on, in drawing order. */
  visible(): string[];
  /** Turns exactly these on; without a list, those of the catalogue. */
  set(ids: string[] | undefined): void;
}

export function createLayers(map: MapLibreMap, atlas: Atlas, changed: () => void): Layers {
  const on = new Set<string>();
  const rows = new Map<string, { box: HTMLInputElement; row: HTMLElement }>();

  const apply = (collection: Collection): void => {
    const visibility = on.has(collection.id) ? 'visible' : 'none';
    for (const id of collection.layerIds) map.setLayoutProperty(id, 'visibility', visibility);
  };
  const toggle = (collection: Collection, shown: boolean): void => {
    if (shown) on.add(collection.id);
    else on.delete(collection.id);
    apply(collection);
    const entry = rows.get(collection.id);
    if (!entry) return;
    entry.box.checked = shown;
    entry.row.classList.toggle('off', !shown);
  };

  for (const [theme, collections] of themes(atlas)) {
    const list = make('ul', { class: 'layer-list' });
    for (const collection of collections) {
      const row = layerRow(collection);
      rows.set(collection.id, row);
      row.box.addEventListener('change', () => {
        toggle(collection, row.box.checked);
        changed();
      });
      list.append(row.row);
    }
    byId('layer-list').append(theme ? make('section', { class: 'layer-group' }, make('h3', {}, theme), list) : list);
  }

  const hints = (): void => {
    for (const collection of atlas.collections) {
      const from = firstZoom(map, collection);
      rows.get(collection.id)?.row.classList.toggle('too-far', map.getZoom() < from);
    }
  };
  map.on('zoomend', hints);
  // A source's zooms are known once its TileJSON is there.
  map.on('sourcedata', (event) => {
    if (event.sourceDataType === 'metadata') hints();
  });

  return {
    visible: () => atlas.collections.filter((c) => on.has(c.id)).map((c) => c.id),
    set: (ids) => {
      for (const collection of atlas.collections) toggle(collection, ids?.includes(collection.id) ?? collection.visible);
      hints();
    },
  };
}

/** Collections under their theme, the topmost of the map first, as GIS software lists them. */
function themes(atlas: Atlas): Map<string | null, Collection[]> {
  const found = new Map<string | null, Collection[]>();
  for (const collection of [...atlas.collections].reverse()) {
    found.set(collection.theme, [...(found.get(collection.theme) ?? []), collection]);
  }
  return found;
}

function layerRow(collection: Collection): { box: HTMLInputElement; row: HTMLElement } {
  const box = make('input', { type: 'checkbox', 'data-collection': collection.id });
  const label = make('label', { class: 'layer-label' }, box);
  if (collection.description) label.title = collection.description;
  const [first] = collection.legend;
  // One swatch stands beside the title; more of them are a list below.
  if (collection.legend.length === 1 && first) label.append(swatch(first));
  label.append(
    make('span', { class: 'layer-title' }, collection.title, ...demonstrationBadge(collection), make('span', { class: 'layer-hint' }, 'zoomez pour voir')),
  );
  const row = make('li', { class: 'layer' }, label);
  if (collection.legend.length > 1) {
    const items = collection.legend.map((entry) => make('li', {}, swatch(entry), make('span', {}, entry.label)));
    row.append(make('ul', { class: 'legend', 'aria-label': `Légende : ${collection.title}` }, ...items));
  }
  return { box, row };
}

/** A drawn sample; SVG attributes rather than a style attribute, which a strict policy refuses. */
function swatch(entry: LegendEntry): SVGElement {
  const ns = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(ns, 'svg');
  svg.setAttribute('class', 'swatch');
  svg.setAttribute('viewBox', '0 0 20 14');
  svg.setAttribute('aria-hidden', 'true');
  const shapes = {
    fill: ['rect', { x: 1, y: 1, width: 18, height: 12, rx: 2, fill: entry.color, 'fill-opacity': 0.75, stroke: entry.color }],
    line: ['path', { d: 'M1 7h18', stroke: entry.color, 'stroke-width': 3, 'stroke-linecap': 'round' }],
    circle: ['circle', { cx: 10, cy: 7, r: 5, fill: entry.color, stroke: '#fff', 'stroke-width': 1.5 }],
  } as const;
  const [name, attributes] = shapes[entry.shape] ?? shapes.fill;
  const shape = document.createElementNS(ns, name);
  for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, String(value));
  svg.append(shape);
  return svg;
}

function firstZoom(map: MapLibreMap, collection: Collection): number {
  const source = map.getSource(collection.source)?.minzoom ?? 0;
  const layers = collection.layerIds.map((id) => map.getLayer(id)?.minzoom ?? 0);
  return Math.max(source, Math.min(...layers));
}
