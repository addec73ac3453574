/** An element of index.html that must be there. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no element #${id}`);
  return found as T;
}

/** A new element: attributes first, then children; text is never read as HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The mark of a collection whose data are made up; nothing for the others. */
export function demonstrationBadge(collection: { demonstration: boolean }): HTMLElement[] {
  if (!collection.demonstration) return [];
  return [make('abbr', { class: 'badge', title: 'Données de démonstration' }, 'démo')];
}
