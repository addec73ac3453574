import type { Feature } from 'geojson';
import { fold, rank } from '../text/fold.ts';
import { count } from '../text/format.ts';
import { byId, make } from './dom.ts';

export interface Commune {
  name: string;
  code: string;
  detail: string;
  feature: Feature;
}

const MOST = 8;

/**
 * The search by commune: an ARIA combobox, arrows and Enter to choose, Escape to leave. The list
 * is asked from the server when the field is first used.
 */
export function createSearch(load: () => Promise<Feature[]>, go: (commune: Commune) => void, failed: (error: unknown) => void): void {
  const box = byId('search');
  const input = byId<HTMLInputElement>('search-input');
  const list = byId('search-list');
  const none = byId('search-none');
  let communes: Promise<Commune[]> | undefined;
  let shown: Commune[] = [];
  let active = -1;

  const ready = (): Promise<Commune[]> => {
    communes ??= load().then((features) => features.map(commune));
    return communes;
  };
  const close = (): void => {
    list.hidden = true;
    none.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const choose = (index: number): void => {
    const found = shown[index];
    if (!found) return;
    input.value = found.name;
    close();
    // The keyboard of a phone would hide the very place that was looked for.
    if (matchMedia('(pointer: coarse)').matches) input.blur();
    go(found);
  };
  const mark = (index: number): void => {
    active = index;
    for (const [i, option] of [...list.children].entries()) {
      option.setAttribute('aria-selected', String(i === index));
      if (i === index) option.scrollIntoView({ block: 'nearest' });
    }
    if (index >= 0) input.setAttribute('aria-activedescendant', `commune-${index}`);
    else input.removeAttribute('aria-activedescendant');
  };
  const refresh = async (): Promise<void> => {
    const typed = input.value;
    if (fold(typed) === '') return close();
    let all: Commune[];
    try {
      all = await ready();
    } catch (error) {
      communes = undefined;
      failed(error);
      return;
    }
    if (input.value !== typed) return;
    shown = search(all, typed);
    list.replaceChildren(...shown.map((found, index) => option(found, index, () => choose(index))));
    list.hidden = shown.length === 0;
    none.hidden = shown.length > 0;
    input.setAttribute('aria-expanded', String(shown.length > 0));
    mark(shown.length > 0 ? 0 : -1);
  };

  input.addEventListener('focus', () => {
    // A failure is said when something is typed, not because a field was passed over.
    ready().catch(() => (communes = undefined));
    input.select();
  });
  input.addEventListener('input', () => void refresh());
  input.addEventListener('keydown', (event) => {
    const { key } = event;
    if (key === 'Escape') {
      if (list.hidden && none.hidden) input.value = '';
      close();
      event.stopPropagation();
    } else if (key === 'Enter') {
      choose(active);
    } else if (key === 'ArrowDown' || key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) void refresh();
      else mark((active + (key === 'ArrowDown' ? 1 : -1) + shown.length) % shown.length);
    }
  });
  box.addEventListener('focusout', (event) => {
    if (!(event.relatedTarget instanceof Node) || !box.contains(event.relatedTarget)) close();
  });
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

function option(found: Commune, index: number, choose: () => void): HTMLElement {
  const item = make('li', { role: 'option', id: `commune-${index}` }, make('span', {}, found.name), make('small', {}, found.detail));
  // The field keeps the focus, so that leaving it does not close the list before the click.
  item.addEventListener('mousedown', (event) => event.preventDefault());
  item.addEventListener('click', choose);
  return item;
}

function commune(feature: Feature): Commune {
  const properties = feature.properties ?? {};
  const code = String(properties['code_insee'] ?? '');
  const population = Number(properties['population_municipale']);
  const inhabitants = population > 0 ? ` · ${count(population, 'habitant')}` : '';
  return { name: String(properties['nom'] ?? code), code, detail: code + inhabitants, feature };
}
