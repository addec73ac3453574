import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatHash, parseHash } from '../src/text/hash.ts';
import type { View } from '../src/text/hash.ts';

test('a view survives its link', () => {
  const view: View = {
    center: { zoom: 14.25, lat: 47.21725, lon: -1.55336 },
    layers: ['communes', 'plum-zonage'],
    background: 'ortho',
  };
  assert.equal(formatHash(view), '#map=14.25/47.217250/-1.553360&couches=communes,plum-zonage&fond=ortho');
  assert.deepEqual(parseHash(formatHash(view)), view);
});

test('no layer at all is a view too, and differs from no opinion', () => {
  assert.deepEqual(parseHash('#couches='), { layers: [] });
  assert.deepEqual(parseHash(''), {});
  assert.equal(formatHash({}), '');
});

test('nonsense is left out', () => {
  assert.deepEqual(parseHash('#map=nowhere&fond=<b>'), {});
  assert.deepEqual(parseHash('#map=99/47/1'), {});
  assert.deepEqual(parseHash('#map=10/95/1'), {});
  assert.deepEqual(parseHash('#map=10//1'), {});
  assert.deepEqual(parseHash('#map=10/47/1/0'), {});
  assert.deepEqual(parseHash('#couches=communes,<script>,'), { layers: ['communes'] });
  assert.deepEqual(parseHash('#%E0%A4%A'), {});
});
