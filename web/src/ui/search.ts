import type { Feature } from 'geojson';
import { fold, rank } from '../text/fold.ts';
import { count } from '../text/format.ts';
import { byId } from './dom.ts';
import { Suggestions } from './suggestions.ts';

export interface Commune {
  name: string;
  code: string;
  detail: string;
  feature: Feature;
}

const MOST = 8;

/** What the search needs of the rest of the page. */
export interface SearchDoors {
  load(): Promise<Feature[]>;
  go(commune: Commune): void;
  failed(error: unknown): void;
}

/**
 * The search by commune: an ARIA combobox, arrows and Enter to choose, Escape to leave. The
 * communes are asked from the server when the field is first used.
 */
export function createSearch(doors: SearchDoors): void {
  const box = byId('search');
  const input = byId<HTMLInputElement>('search-input');
  let shown: Commune[] = [];

  const choose = (index: number): void => {
    const found = shown[index];
    if (!found) return;
    input.value = found.name;
    list.close();
    // The keyboard of a phone would hide the very place that was looked for.
    if (matchMedia('(pointer: coarse)').matches) input.blur();
    doors.go(found);
  };
  const list = new Suggestions(input, choose);
  const refresh = async (): Promise<void> => {
    const typed = input.value;
    if (fold(typed) === '') return list.close();
    try {
      const communes = (await doors.load()).map(commune);
      // Something else may have been typed, or another field entered, in the meantime.
      if (input.value !== typed || document.activeElement !== input) return;
      shown = search(communes, typed);
      list.show(shown);
    } catch (error) {
      doors.failed(error);
    }
  };

  input.addEventListener('focus', () => {
    // A failure is said when something is typed, not because a field was passed over.
    doors.load().catch(() => undefined);
    input.select();
  });
  input.addEventListener('input', () => void refresh());
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      if (!list.open) input.value = '';
      list.close();
      event.stopPropagation();
    } else if (event.key === 'Enter') {
      choose(list.active);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.open) list.move(event.key === 'ArrowDown' ? 1 : -1);
      else void refresh();
    }
  });
  box.addEventListener('focusout', () => list.close());
  box.hidden = false;
}

/** The communes whose name, or the start of whose INSEE code, answers the words typed. */
export function search(communes: Commune[], typed: string): Commune[] {
  const request = fold(typed);
  return communes
    .map((found) => ({ found, rank: found.code.toLowerCase().startsWith(request) ? 0 : rank(fold(found.name), request) }))
    .filter((entry): entry is { found: Commune; rank: number } => entry.rank !== null)
    .sort((a, b) => a.rank - b.rank || a.found.name.localeCompare(b.found.name, 'fr'))
    .slice(0, MOST)
    .map((entry) => entry.found);
}

function commune(feature: Feature): Commune {
  const properties = feature.properties ?? {};
  const code = String(properties['code_insee'] ?? '');
  const population = Number(properties['population_municipale']);
  const inhabitants = population > 0 ? ` · ${count(population, 'habitant')}` : '';
  return { name: String(properties['nom'] ?? code), code, detail: code + inhabitants, feature };
}
