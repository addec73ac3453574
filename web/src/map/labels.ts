import type { Feature, Point, Position } from 'geojson';
import type { Map as MapLibreMap, SymbolLayerSpecification } from 'maplibre-gl';
import type { Atlas } from './style.ts';

const SOURCE = 'geonantes-noms-des-communes';

/**
 * Gives each commune its name once. Tiles cut a polygon into pieces and the map then writes the
 * name on every piece; one point inside each commune is what a reader expects.
 */
export async function nameCommunesOnce(map: MapLibreMap, atlas: Atlas, load: () => Promise<Feature[]>): Promise<void> {
  const collection = atlas.collections.find((found) => found.id === 'communes');
  const layers = map.getStyle().layers;
  const index = layers.findIndex((layer) => layer.type === 'symbol' && collection?.layerIds.includes(layer.id));
  const found = layers[index];
  if (found?.type !== 'symbol') return;
  const points = (await load()).map(labelPoint).filter((point) => point !== null);
  const layer: SymbolLayerSpecification = {
    ...found,
    source: SOURCE,
    layout: { ...found.layout, visibility: map.getLayoutProperty(found.id, 'visibility') ?? 'visible' },
  };
  delete layer['source-layer'];
  map.addSource(SOURCE, { type: 'geojson', data: { type: 'FeatureCollection', features: points } });
  map.removeLayer(found.id);
  map.addLayer(layer, layers[index + 1]?.id);
}

/** A point well inside the feature's largest polygon, with the feature's attributes. */
function labelPoint(feature: Feature): Feature<Point> | null {
  const { geometry } = feature;
  if (geometry?.type !== 'Polygon' && geometry?.type !== 'MultiPolygon') return null;
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const rings = polygons.map((polygon) => polygon[0] ?? []).sort((a, b) => moments(b).area - moments(a).area);
  const coordinates = rings[0] && pointInside(rings[0]);
  return coordinates ? { ...feature, geometry: { type: 'Point', coordinates } } : null;
}

/** The middle of the widest stretch of a ring at the latitude of its centre of gravity. */
export function pointInside(ring: Position[]): Position | null {
  const { y } = moments(ring);
  const crossings: number[] = [];
  for (const [[x1, y1], [x2, y2]] of segments(ring)) {
    if (y1 > y !== y2 > y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
  }
  crossings.sort((a, b) => a - b);
  let best: { x: number; width: number } | null = null;
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    const [left, right] = [crossings[i] as number, crossings[i + 1] as number];
    if (!best || right - left > best.width) best = { x: (left + right) / 2, width: right - left };
  }
  return best && [best.x, y];
}

/** Area of a ring, in square degrees, and the latitude of its centre of gravity. */
function moments(ring: Position[]): { area: number; y: number } {
  let [double, sum] = [0, 0];
  for (const [[x1, y1], [x2, y2]] of segments(ring)) {
    const cross = x1 * y2 - x2 * y1;
    double += cross;
    sum += (y1 + y2) * cross;
  }
  return { area: Math.abs(double / 2), y: sum / (3 * double) };
}

function* segments(ring: Position[]): Generator<[[number, number], [number, number]]> {
  for (let i = 0; i + 1 < ring.length; i += 1) {
    yield [ring[i] as [number, number], ring[i + 1] as [number, number]];
  }
}
