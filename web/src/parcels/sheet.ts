import { byId } from '../ui/dom.ts';
import type { Finder } from './finder.ts';

let flight: AbortController | undefined;

/** Puts a sheet, as the server writes it, in its place; none when there is no such parcel. */
export async function showSheet(key: string, finder: Finder): Promise<HTMLElement | null> {
  flight?.abort();
  flight = new AbortController();
  const { signal } = flight;
  const place = byId('place-fiche');
  place.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch(`${finder.root}/ads/parcelles/${encodeURIComponent(key)}?f=html`, { signal });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const sheet = page.querySelector<HTMLElement>('#fiche');
    if (!response.ok || !sheet) {
      const detail = page.querySelector('.detail')?.textContent;
      finder.refuse(detail ?? 'La fiche n’a pas pu être lue : essayez encore.');
      return null;
    }
    const shown = document.importNode(sheet, true);
    place.replaceChildren(shown);
    finder.refuse('');
    document.title = page.title;
    document.querySelector('.finder')?.classList.remove('alone');
    // A reader of screens is told what has come; the page stays where it is.
    shown.querySelector<HTMLElement>('#fiche-titre')?.focus({ preventScroll: true });
    return shown;
  } catch {
    if (!signal.aborted) finder.refuse('La fiche ne répond pas : essayez encore.');
    return null;
  } finally {
    if (!signal.aborted) place.removeAttribute('aria-busy');
  }
}
