import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fold, rank } from '../src/text/fold.ts';
import { count, number, show } from '../src/text/format.ts';

const text = (value: unknown, name = 'x', field?: Parameters<typeof show>[2]): string =>
  // Intl separates thousands with a narrow no-break space; a plain one reads better here.
  show(value, name, field).text.replace(/[\u00a0\u202f]/g, ' ');

test('names meet whatever their accents, hyphens, ligatures and abbreviations', () => {
  assert.equal(fold('Rezé'), 'reze');
  assert.equal(fold("L'Haÿ-les-Roses"), 'l hay les roses');
  assert.equal(fold('Œuilly'), 'oeuilly');
  assert.equal(fold('St Herblain'), fold('Saint-Herblain'));
  assert.equal(fold('ste luce'), fold('Sainte-Luce'));
  assert.equal(fold('  '), '');
});

test('a name that starts with the request comes before one that contains it', () => {
  assert.equal(rank('reze', 'reze'), 0);
  assert.equal(rank('saint herblain', 'saint h'), 1);
  assert.equal(rank('la chapelle sur erdre', 'chap'), 2);
  assert.equal(rank('la chapelle sur erdre', 'pelle'), 3);
  assert.equal(rank('vertou', 'reze'), null);
});

test('numbers are French, with their unit; years and codes keep their digits together', () => {
  assert.equal(text(1234567), '1 234 567');
  assert.equal(text(1234.567, 'surface', { title: 'Surface', unit: 'm²' }), '1 234,57 m²');
  assert.equal(number(2024, 'annee_construction'), '2024');
  assert.equal(text('44109', 'code_insee'), '44109');
  assert.equal(count(1, 'objet'), '1 objet');
  assert.equal(count(0, 'objet'), '0 objet');
  assert.equal(count(3, 'objet'), '3 objets');
});

test('dates are read as days, wherever the reader is', () => {
  assert.equal(text('2026-03-01'), '1 mars 2026');
  assert.match(text('2026-03-12T14:05:00Z'), /^1[123] mars 2026 à \d{2}:05$/);
  assert.equal(text('2026-99-99'), '2026-99-99');
});

test('domains, booleans and absence are put into words', () => {
  assert.equal(text('U', 'typezone', { title: 'Type', labels: { U: 'Zone urbaine' } }), 'Zone urbaine (U)');
  assert.equal(text(true), 'oui');
  assert.equal(text(false), 'non');
  assert.deepEqual(show(null, 'x'), { text: 'non renseigné', empty: true });
  assert.equal(text(0), '0');
});

test('addresses become links, and nothing else does', () => {
  assert.deepEqual(show('https://www.nantes.fr/x', 'site'), { text: 'www.nantes.fr/x', href: 'https://www.nantes.fr/x' });
  assert.equal(show('mairie@exemple.fr', 'courriel').href, 'mailto:mairie@exemple.fr');
  assert.equal(show('02 40 41 90 00', 'tel').href, 'tel:0240419000');
  assert.equal(show('javascript:alert(1)', 'site').href, undefined);
  assert.equal(show('0400000000000', 'idu').href, undefined);
});
