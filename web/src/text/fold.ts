/**
 * What two spellings of a place name have in common: no accent, no case, no hyphen, no ligature,
 * and « St » and « Ste » written out, as people type them.
 */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .replace(/\bst\b/g, 'saint')
    .replace(/\bste\b/g, 'sainte')
    .trim();
}

/**
 * How well a folded name answers a folded request: 0 is it, 1 starts with it, 2 one of its words
 * does, 3 contains it, null does not match. Lower is better.
 */
export function rank(name: string, request: string): number | null {
  if (name === request) return 0;
  if (name.startsWith(request)) return 1;
  if (name.includes(' ' + request)) return 2;
  return name.includes(request) ? 3 : null;
}
