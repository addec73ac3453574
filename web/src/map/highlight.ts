import type { Feature, GeoJSON } from 'geojson';
import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl';

const SOURCE = 'geonantes-selection';
const COLOR = '#d6336c';
const NOTHING: GeoJSON = { type: 'FeatureCollection', features: [] };

/** Layers above all others that draw the selected feature. */
export function addHighlight(map: MapLibreMap): void {
  map.addSource(SOURCE, { type: 'geojson', data: NOTHING });
  map.addLayer({
    id: `${SOURCE}-fill`,
    type: 'fill',
    source: SOURCE,
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': COLOR, 'fill-opacity': 0.12 },
  });
  // A white casing keeps the outline readable over an aerial photograph.
  map.addLayer({
    id: `${SOURCE}-casing`,
    type: 'line',
    source: SOURCE,
    filter: ['!=', ['geometry-type'], 'Point'],
    layout: { 'line-join': 'round', 'line-cap': 'round' },
    paint: { 'line-color': '#ffffff', 'line-width': 6, 'line-opacity': 0.85 },
  });
  map.addLayer({
    id: `${SOURCE}-line`,
    type: 'line',
    source: SOURCE,
    filter: ['!=', ['geometry-type'], 'Point'],
    layout: { 'line-join': 'round', 'line-cap': 'round' },
    paint: { 'line-color': COLOR, 'line-width': 3 },
  });
  map.addLayer({
    id: `${SOURCE}-circle`,
    type: 'circle',
    source: SOURCE,
    filter: ['==', ['geometry-type'], 'Point'],
    paint: {
      'circle-radius': 11,
      'circle-color': COLOR,
      'circle-opacity': 0.15,
      'circle-stroke-color': COLOR,
      'circle-stroke-width': 3,
    },
  });
}

/** Draws this feature as the selected one, or none. */
export function highlight(map: MapLibreMap, feature: Feature | null): void {
  const source = map.getSource<GeoJSONSource>(SOURCE);
  void source?.setData(feature?.geometry ? { type: 'Feature', properties: {}, geometry: feature.geometry } : NOTHING);
}
