import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundsOf } from '../src/map/bounds.ts';
import { pointInside } from '../src/map/labels.ts';

test('bounds hold every part of a geometry', () => {
  const box = boundsOf({
    type: 'Feature',
    properties: {},
    geometry: { type: 'MultiPoint', coordinates: [[-1.5, 47.2], [-1.6, 47.3, 12]] },
  });
  assert.deepEqual(box, [-1.6, 47.2, -1.5, 47.3]);
  assert.equal(boundsOf({ type: 'Feature', properties: {}, geometry: { type: 'MultiPoint', coordinates: [] } }), null);
});

test('the point of a label lies inside a bent shape whose centre of gravity does not', () => {
  // A U: the centre of gravity is in the gap between its arms.
  const ring = [[0, 0], [6, 0], [6, 9], [5, 9], [5, 1], [2, 1], [2, 9], [0, 9], [0, 0]];
  const [x, y] = pointInside(ring) as [number, number];
  assert.ok(x > 0 && x < 2, `x = ${x}`);
  assert.ok(y > 1 && y < 9, `y = ${y}`);
});
