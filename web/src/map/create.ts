import { AttributionControl, Map as MapLibreMap, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import type { StyleSpecification } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { View } from '../text/hash.ts';
import type { Atlas } from './style.ts';

// The worker is a file of our own origin: no blob:, so that the security policy stays strict.
setWorkerUrl(workerUrl);

const locale = {
  'AttributionControl.ToggleAttribution': 'Afficher ou masquer les sources',
  'Map.Title': 'Carte. Flèches pour se déplacer, plus et moins pour zoomer, Entrée pour interroger le centre.',
  'NavigationControl.ResetBearing': 'Remettre le nord en haut',
  'NavigationControl.ZoomIn': 'Zoomer',
  'NavigationControl.ZoomOut': 'Dézoomer',
  'ScaleControl.Meters': 'm',
  'ScaleControl.Kilometers': 'km',
};

/** The map, seen from where the link says or else over the whole territory. */
export function createMap(container: HTMLElement, style: StyleSpecification, atlas: Atlas, view: View): MapLibreMap {
  const map = new MapLibreMap({
    container,
    style,
    ...camera(atlas, view),
    locale,
    maxZoom: 21,
    // The north stays up: a turned or tilted cadastral plan helps nobody.
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    attributionControl: false,
    // Labels that fade in are a decoration; without it the map is ready sooner.
    fadeDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 150,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new ScaleControl({ unit: 'metric', maxWidth: 120 }), 'bottom-left');
  map.addControl(new AttributionControl(), 'bottom-right');
  return map;
}

function camera(atlas: Atlas, view: View): object {
  if (view.center) return { center: [view.center.lon, view.center.lat], zoom: view.center.zoom };
  if (atlas.bounds) return { bounds: atlas.bounds, fitBoundsOptions: { padding: 24 } };
  return { center: atlas.center ?? [-1.55, 47.22], zoom: atlas.zoom ?? 10 };
}
