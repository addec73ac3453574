import type { Feature, Position } from 'geojson';

/** West, south, east and north of a geometry, in degrees; null when it has no vertex. */
export function boundsOf(feature: Feature): [number, number, number, number] | null {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (node: unknown): void => {
    if (!Array.isArray(node)) return;
    if (typeof node[0] !== 'number') {
      node.forEach(walk);
      return;
    }
    const [x, y] = node as Position;
    if (x === undefined || y === undefined) return;
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  };
  if (feature.geometry && 'coordinates' in feature.geometry) walk(feature.geometry.coordinates);
  return Number.isFinite(box[0]) ? box : null;
}
