import type { Map as MapLibreMap } from 'maplibre-gl';
import { explain } from '../api.ts';
import type { Status } from '../ui/status.ts';
import type { Atlas } from './style.ts';

interface TileId {
  x: number;
  y: number;
  z: number;
}

/** How often the tiles that a busy server refused are asked for again before the visitor is told. */
const TRIES = 3;
const PAUSE_MS = 2500;

/**
 * Follows what fails to load: a busy server is asked again by itself, anything else is said in the
 * status line with a button to try again.
 */
export function watchFaults(map: MapLibreMap, atlas: Atlas, status: Status): void {
  const missing = new Map<string, TileId[]>();
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const retry = (): void => {
    timer = undefined;
    const batch = [...missing];
    missing.clear();
    for (const [source, tiles] of batch) {
      if (map.getSource(source)) map.refreshTiles(source, tiles);
    }
  };

  map.on('error', (event) => {
    const { error, sourceId, tile } = event as unknown as {
      error: Error & { status?: number };
      sourceId?: string;
      tile?: { tileID?: { canonical: TileId } };
    };
    const id = tile?.tileID?.canonical;
    if (sourceId && id) missing.set(sourceId, [...(missing.get(sourceId) ?? []), { x: id.x, y: id.y, z: id.z }]);
    if ((error.status === 503 || error.status === 429) && tries < TRIES) {
      if (timer === undefined) timer = setTimeout(retry, PAUSE_MS * ++tries);
      return;
    }
    // Asking again does not open a door that needs a key.
    const hopeless = error.status === 401 || error.status === 403;
    const layer = atlas.collections.find((c) => c.source === sourceId);
    status.fail(explain(error, layer ? `« ${layer.title} »` : 'La carte'), id && !hopeless ? retry : undefined);
  });
  map.on('idle', () => {
    // All there again: the next difficulty deserves its full number of tries.
    if (timer === undefined && missing.size === 0) tries = 0;
  });
}
