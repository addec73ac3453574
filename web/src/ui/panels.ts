import { byId } from './dom.ts';

/** Below this width panels are sheets over the map; the stylesheet uses the same figure. */
const narrow = matchMedia('(max-width: 960px)');

/** Whether panels cover the map instead of standing beside it. */
function isNarrow(): boolean {
  return narrow.matches;
}

export interface LayersPanel {
  /** Out of the map's way, where the list covers it. */
  uncover(): void;
}

/** The button that opens and closes the list of layers: open beside the map, closed over it. */
export function createLayersPanel(): LayersPanel {
  const panel = byId('layers');
  const button = byId<HTMLButtonElement>('toggle-layers');
  const set = (open: boolean): void => {
    panel.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    document.body.classList.toggle('with-layers', open);
  };

  button.addEventListener('click', () => {
    set(panel.hidden !== false);
    if (!panel.hidden && isNarrow()) byId('close-layers').focus();
  });
  byId('close-layers').addEventListener('click', () => {
    set(false);
    button.focus();
  });
  panel.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !isNarrow()) return;
    event.stopPropagation();
    set(false);
    button.focus();
  });
  narrow.addEventListener('change', () => set(!isNarrow()));
  set(!isNarrow());
  return {
    uncover: () => {
      if (isNarrow()) set(false);
    },
  };
}

/** How much of the map, from its right and lower edges, the panel of attributes covers, in pixels. */
export function covered(): { right: number; bottom: number } {
  const info = byId('info');
  if (info.hidden) return { right: 0, bottom: 0 };
  // The sheet grows when the server has answered: count on all that the stylesheet grants it.
  if (isNarrow()) return { right: 0, bottom: Math.round(innerHeight * 0.52) };
  return { right: Math.round(innerWidth - info.getBoundingClientRect().left), bottom: 0 };
}
