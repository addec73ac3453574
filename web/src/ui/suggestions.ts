import { byId, make } from './dom.ts';

/** One line of the list: what is said first, and what is said beside it. */
export interface Suggestion {
  name: string;
  detail: string;
}

/** The list under a combobox; the focus stays in the field, which points at the marked line. */
export class Suggestions {
  readonly #input: HTMLInputElement;
  readonly #choose: (index: number) => void;
  readonly #list = byId('search-list');
  readonly #none = byId('search-none');
  #active = -1;

  constructor(input: HTMLInputElement, choose: (index: number) => void) {
    this.#input = input;
    this.#choose = choose;
  }

  /** Whether anything is shown, be it that nothing was found. */
  get open(): boolean {
    return !this.#list.hidden || !this.#none.hidden;
  }

  /** The marked line, -1 for none. */
  get active(): number {
    return this.#active;
  }

  show(suggestions: Suggestion[]): void {
    const found = suggestions.length > 0;
    this.#list.replaceChildren(...suggestions.map((suggestion, index) => this.#line(suggestion, index)));
    this.#list.hidden = !found;
    this.#none.hidden = found;
    this.#input.setAttribute('aria-expanded', String(found));
    this.#mark(found ? 0 : -1);
  }

  close(): void {
    this.#list.hidden = true;
    this.#none.hidden = true;
    this.#input.setAttribute('aria-expanded', 'false');
    this.#mark(-1);
  }

  /** One line down or up, round and round. */
  move(step: 1 | -1): void {
    const lines = this.#list.children.length;
    if (lines > 0) this.#mark((this.#active + step + lines) % lines);
  }

  #mark(index: number): void {
    this.#active = index;
    for (const [i, line] of [...this.#list.children].entries()) {
      line.setAttribute('aria-selected', String(i === index));
      if (i === index) line.scrollIntoView({ block: 'nearest' });
    }
    if (index >= 0) this.#input.setAttribute('aria-activedescendant', `suggestion-${index}`);
    else this.#input.removeAttribute('aria-activedescendant');
  }

  #line({ name, detail }: Suggestion, index: number): HTMLElement {
    const line = make('li', { role: 'option', id: `suggestion-${index}` }, make('span', {}, name), make('small', {}, detail));
    // The field keeps the focus, so that leaving it does not close the list before the click.
    line.addEventListener('mousedown', (event) => event.preventDefault());
    line.addEventListener('click', () => this.#choose(index));
    return line;
  }
}
