import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';
import regularLatin from '@fontsource/source-sans-3/files/source-sans-3-latin-400-normal.woff2?url';
import regularLatinExt from '@fontsource/source-sans-3/files/source-sans-3-latin-ext-400-normal.woff2?url';
import boldLatin from '@fontsource/source-sans-3/files/source-sans-3-latin-600-normal.woff2?url';
import boldLatinExt from '@fontsource/source-sans-3/files/source-sans-3-latin-ext-600-normal.woff2?url';

/** How the catalogue describes one attribute. */
export interface FieldMeta {
  title: string;
  unit?: string | null;
  /** What each code of the field's domain means. */
  labels?: Record<string, string> | null;
}

export interface LegendEntry {
  label: string;
  color: string;
  shape: 'fill' | 'line' | 'circle';
}

export interface Background {
  id: string;
  title: string;
  type: 'xyz' | 'wmts';
  url: string;
  attribution?: string | null;
  max_zoom?: number | null;
  tile_size?: number | null;
}

/** One collection of the style: its main layer, companions (outline, label) and description. */
export interface Collection {
  id: string;
  title: string;
  /** Whether its data are made up, which shows wherever its title does. */
  demonstration: boolean;
  description: string | null;
  /** The heading it stands under in the list of layers. */
  theme: string | null;
  /** The attribute that names a feature. */
  label: string | null;
  legend: LegendEntry[];
  fields: Record<string, FieldMeta>;
  /** On when the page opens without a link that says otherwise. */
  visible: boolean;
  source: string;
  layerIds: string[];
}

/** What the style says about the map as a whole. */
export interface Atlas {
  territory: string | null;
  demonstration: boolean;
  center: [number, number] | null;
  zoom: number | null;
  bounds: [number, number, number, number] | null;
  backgrounds: Background[];
  /** In drawing order: the last is on top. */
  collections: Collection[];
}

type Metadata = Record<string, unknown>;

/** Reads the catalogue's words out of the style's metadata. */
export function readAtlas(style: StyleSpecification): Atlas {
  const meta = (style.metadata ?? {}) as Metadata;
  const collections = new Map<string, Collection>();
  for (const layer of style.layers) addLayer(collections, layer);
  return {
    territory: (meta['geonantes:territory'] as string | undefined) ?? null,
    demonstration: meta['geonantes:demonstration'] === true,
    center: (meta['geonantes:center'] as Atlas['center'] | undefined) ?? null,
    zoom: (meta['geonantes:zoom'] as number | undefined) ?? null,
    bounds: (meta['geonantes:bounds'] as Atlas['bounds'] | undefined) ?? null,
    backgrounds: (meta['geonantes:backgrounds'] as Background[] | undefined) ?? [],
    collections: [...collections.values()],
  };
}

function addLayer(collections: Map<string, Collection>, layer: LayerSpecification): void {
  if (!('source' in layer)) return;
  const meta = (layer.metadata ?? {}) as Metadata;
  const id = (meta['geonantes:collection'] as string | undefined) ?? layer['source-layer'];
  if (!id) return;
  const collection = collections.get(id) ?? {
    id,
    title: id,
    demonstration: false,
    description: null,
    theme: null,
    label: null,
    legend: [],
    fields: {},
    visible: true,
    source: layer.source,
    layerIds: [],
  };
  collection.layerIds.push(layer.id);
  // The main layer carries the description; a companion's may be empty and must not erase it.
  collection.title = (meta['geonantes:title'] as string | undefined) ?? collection.title;
  collection.demonstration ||= meta['geonantes:demonstration'] === true;
  collection.description = (meta['geonantes:description'] as string | undefined) ?? collection.description;
  collection.theme = (meta['geonantes:theme'] as string | undefined) ?? collection.theme;
  collection.label = (meta['geonantes:label'] as string | undefined) ?? collection.label;
  const legend = meta['geonantes:legend'] as LegendEntry[] | undefined;
  if (legend && legend.length > 0 && collection.legend.length === 0) collection.legend = legend;
  const fields = meta['geonantes:fields'] as Collection['fields'] | undefined;
  if (fields && Object.keys(fields).length > 0) collection.fields = fields;
  if (layer.id === id || meta['geonantes:visible'] === false) {
    collection.visible = meta['geonantes:visible'] !== false && layer.layout?.visibility !== 'none';
  }
  collections.set(id, collection);
}

/**
 * Points every font that the labels name at the files embedded with the viewer, so that accents
 * and ligatures come out the same everywhere and nothing is fetched from outside.
 */
export function embedFonts(style: StyleSpecification): void {
  const faces: NonNullable<StyleSpecification['font-faces']> = {};
  for (const layer of style.layers) {
    if (layer.type !== 'symbol' || layer.layout?.['text-field'] === undefined) continue;
    const named: unknown = layer.layout['text-font'];
    // An expression that chooses fonts by feature is not ours to read: plain names only.
    const plain = Array.isArray(named) && named[0] !== 'literal' && named.every((name) => typeof name === 'string');
    const names = plain ? (named as string[]) : ['Source Sans 3 Regular'];
    layer.layout['text-font'] = names;
    for (const name of names) faces[name] = fontFiles(/bold|semi|medium/i.test(name));
  }
  delete style.glyphs;
  style['font-faces'] = faces;
}

function fontFiles(bold: boolean): { url: string; 'unicode-range'?: string[] }[] {
  const absolute = (path: string): string => new URL(path, location.href).href;
  return [
    {
      url: absolute(bold ? boldLatin : regularLatin),
      // The ranges that the font's makers put in this file: French is all in it.
      'unicode-range': ['U+0000-00FF', 'U+0152-0153', 'U+02C6', 'U+02DA', 'U+02DC', 'U+2000-206F', 'U+20AC', 'U+2122'],
    },
    { url: absolute(bold ? boldLatinExt : regularLatinExt) },
  ];
}
