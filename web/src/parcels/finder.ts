import { byId } from '../ui/dom.ts';
import { Suggestions } from '../ui/suggestions.ts';
import { answer, Refused } from './ask.ts';
import type { Found } from './ask.ts';

/** Time without a key before what is typed is asked. */
const PAUSE_MS = 180;

/** What the rest of the page may do with the search. */
export interface Finder {
  /** The path under which the service is published. */
  readonly root: string;
  focus(): void;
  /** Offers what a click on the map met. */
  offer(found: Found[]): void;
  refuse(message: string): void;
}

/** The search: an ARIA combobox, arrows and Enter to choose, Escape to leave. */
export function makeFinder(doors: { open: (key: string) => void }): Finder {
  const form = byId<HTMLFormElement>('recherche');
  const input = byId<HTMLInputElement>('search-input');
  const refusal = byId('refus');
  const root = new URL(form.action).pathname.replace(/\/parcelles$/, '');
  let shown: Found[] = [];
  let asked = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let flight: AbortController | undefined;

  const choose = (index: number): void => {
    const found = shown[index];
    if (!found?.key) return;
    input.value = found.name;
    asked = input.value;
    list.close();
    refuse('');
    doors.open(found.key);
  };
  const list = new Suggestions(input, choose);
  const refuse = (message: string): void => {
    refusal.textContent = message;
    refusal.hidden = message === '';
  };
  const offer = (found: Found[]): void => {
    refuse('');
    shown = found;
    list.show(found);
  };
  /** Asks for what is typed; says whether the answer is shown. */
  const ask = async (): Promise<boolean> => {
    clearTimeout(timer);
    flight?.abort();
    const typed = input.value.trim();
    if (typed === '') {
      list.close();
      refuse('');
      return false;
    }
    if (typed === asked && list.open) return true;
    flight = new AbortController();
    const { signal } = flight;
    form.setAttribute('aria-busy', 'true');
    try {
      const found = await answer(root, typed, signal);
      asked = typed;
      byId('search-none').textContent = 'Aucune parcelle ni adresse de ce nom.';
      offer(found);
      return found.length > 0;
    } catch (error) {
      if (signal.aborted) return false;
      asked = '';
      list.close();
      refuse(error instanceof Refused ? error.message : 'La recherche ne répond pas : essayez encore.');
      return false;
    } finally {
      if (!signal.aborted) form.removeAttribute('aria-busy');
    }
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), PAUSE_MS);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      // The browser would empty the field with the list.
      event.preventDefault();
      if (!list.open) input.value = '';
      list.close();
      refuse('');
    } else if (event.key === '/' && input.value === '') {
      // The key that leads here begins nothing that is looked for.
      event.preventDefault();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.open) list.move(event.key === 'ArrowDown' ? 1 : -1);
      else void ask();
    }
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // Whoever types fast and presses Enter has not seen a list: the only answer opens, of several
    // none is guessed.
    if (list.open && input.value.trim() === asked) choose(list.active);
    else void ask().then((found) => (found && shown.length === 1 ? choose(0) : undefined));
  });
  byId('search').addEventListener('focusout', () => list.close());
  input.addEventListener('focus', () => input.select());
  return { root, focus: () => input.focus(), offer, refuse };
}
