import type { Map as MapLibreMap } from 'maplibre-gl';
import type { Atlas, Background } from '../map/style.ts';
import { byId, make } from './dom.ts';

// Prefixed: a style's own layers may well be called so.
const ID = 'geonantes-fond-de-plan';

/** The choice of a background: none until the visitor picks one, so nothing is asked from outside. */
export interface Backgrounds {
  current(): string | undefined;
  set(id: string | undefined): void;
}

export function createBackgrounds(map: MapLibreMap, atlas: Atlas, changed: () => void): Backgrounds {
  let chosen: Background | undefined;
  const radios = new Map<string, HTMLInputElement>();
  const fieldset = byId('backgrounds');

  const show = (background: Background | undefined): void => {
    if (map.getLayer(ID)) map.removeLayer(ID);
    if (map.getSource(ID)) map.removeSource(ID);
    chosen = background;
    const radio = radios.get(background?.id ?? '');
    if (radio) radio.checked = true;
    if (!background) return;
    map.addSource(ID, {
      type: 'raster',
      tiles: [template(background.url)],
      tileSize: background.tile_size ?? 256,
      maxzoom: background.max_zoom ?? 19,
      attribution: background.attribution ?? '',
    });
    map.addLayer({ id: ID, type: 'raster', source: ID }, firstDataLayer(map));
  };

  const choices = atlas.backgrounds.length > 0 ? [undefined, ...atlas.backgrounds] : [];
  for (const background of choices) {
    const radio = make('input', { type: 'radio', name: 'fond', value: background?.id ?? '' });
    radio.addEventListener('change', () => {
      show(background);
      changed();
    });
    radios.set(background?.id ?? '', radio);
    fieldset.append(make('label', { class: 'background' }, radio, background?.title ?? 'Aucun'));
  }
  fieldset.hidden = choices.length === 0;

  return {
    current: () => chosen?.id,
    set: (id) => {
      const wanted = atlas.backgrounds.find((background) => background.id === id);
      if (wanted?.id !== chosen?.id || !wanted) show(wanted);
    },
  };
}

/** Both kinds come down to one address with the tile's zoom, column and row in it. */
function template(url: string): string {
  return url
    .replace(/\{TileMatrix\}/i, '{z}')
    .replace(/\{TileCol\}/i, '{x}')
    .replace(/\{TileRow\}/i, '{y}');
}

/** A background lies under the data but above a plain background colour of the style. */
function firstDataLayer(map: MapLibreMap): string | undefined {
  return map.getStyle().layers.find((layer) => layer.type !== 'background')?.id;
}
