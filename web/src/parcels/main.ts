// What the page of parcels does beyond what it does without script: results as one types, the
// sheet in place, the map beside.
import { makeFinder } from './finder.ts';
import { showSheet } from './sheet.ts';
import type { MapBeside } from './beside.ts';

const finder = makeFinder({ open: (key) => void go(key) });
const place = document.querySelector<HTMLElement>('#carte-parcelles');
let beside: MapBeside | undefined;

/** The parcels of an address of this page: `/parcelles/44109000AB0123`. */
function keyOf(path: string): string {
  return decodeURIComponent(/\/parcelles\/([^/]+)$/.exec(path)?.[1] ?? '');
}

/** Opens a sheet in place and writes its address. */
async function go(key: string, push = true): Promise<void> {
  const shown = await showSheet(key, finder);
  if (!shown) return;
  if (push) history.pushState(null, '', `${finder.root}/parcelles/${key}`);
  beside?.show(shown);
}

addEventListener('popstate', () => {
  const key = keyOf(location.pathname);
  if (key) void go(key, false);
  else location.reload();
});

document.addEventListener('click', (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a.to-parcel');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void go(keyOf(new URL(link.href).pathname)).then(() => scrollTo({ top: 0 }));
});

document.addEventListener('keydown', (event) => {
  const target = event.target as Element;
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || target.closest('input, textarea, select')) return;
  event.preventDefault();
  finder.focus();
});

if (matchMedia('(pointer: fine)').matches && !document.querySelector('#fiche')) finder.focus();

if (place) {
  place.hidden = false;
  import('./beside.ts')
    .then(({ createBeside }) => createBeside(place, finder, (key) => void go(key)))
    .then((made) => {
      beside = made;
      const sheet = document.querySelector<HTMLElement>('#fiche');
      if (sheet) beside?.show(sheet);
    })
    // Without WebGL 2 the search and the plan of the sheet do without the map.
    .catch(() => (place.hidden = true));
}
