import type { Feature, GeoJsonProperties } from 'geojson';
import type { Map as MapLibreMap, MapGeoJSONFeature, PointLike } from 'maplibre-gl';
import type { Atlas, Collection } from './style.ts';

/** A feature found on the map, with what its tile knows of it. */
export interface Hit {
  collection: Collection;
  /** Absent below the layer's native zoom, where tiles carry generalised features. */
  fid: number | string | null;
  properties: NonNullable<GeoJsonProperties>;
  /** The part of the geometry that lies in the tile: enough until the whole one is there. */
  feature: Feature;
}

/** How far from a thin line or a small point a click still counts, in pixels. */
const REACH = 6;

/** The features drawn at a point of the map, the topmost first, each one once. */
export function identify(map: MapLibreMap, atlas: Atlas, at: { x: number; y: number }): Hit[] {
  const collectionOf = new Map(atlas.collections.flatMap((c) => c.layerIds.map((id) => [id, c] as const)));
  const hits: Hit[] = [];
  const seen = new Set<string>();
  for (const rendered of find(map, atlas, at)) {
    const collection = collectionOf.get(rendered.layer.id);
    if (!collection) continue;
    const fid = rendered.id ?? null;
    const key = `${collection.id}/${fid ?? JSON.stringify(rendered.properties)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    hits.push({ collection, fid, properties: rendered.properties ?? {}, feature: rendered });
  }
  return hits;
}

/** Areas are found under the very point, points and lines also near it. */
function find(map: MapLibreMap, atlas: Atlas, { x, y }: { x: number; y: number }): MapGeoJSONFeature[] {
  const areas: string[] = [];
  const thin: string[] = [];
  // Sources whose areas are filled: their outlines and labels near a click are not what was clicked.
  const filled = new Set<string>();
  for (const { layerIds, source } of atlas.collections) {
    for (const id of layerIds) {
      const layer = map.getLayer(id);
      // The communes' names lie in a source of their own and only repeat the communes.
      if (layer?.source !== source) continue;
      if (layer.type === 'fill') filled.add(source);
      (layer.type === 'fill' ? areas : thin).push(id);
    }
  }
  const box: [PointLike, PointLike] = [[x - REACH, y - REACH], [x + REACH, y + REACH]];
  const near = thin.length > 0 ? map.queryRenderedFeatures(box, { layers: thin }) : [];
  const under = areas.length > 0 ? map.queryRenderedFeatures([x, y], { layers: areas }) : [];
  return [...near.filter((feature) => !filled.has(feature.source) || !isArea(feature)), ...under];
}

function isArea(feature: Feature): boolean {
  return feature.geometry.type === 'Polygon' || feature.geometry.type === 'MultiPolygon';
}
