import type { Feature } from 'geojson';
import { explain } from '../api.ts';
import type { Hit } from '../map/identify.ts';
import type { Collection } from '../map/style.ts';
import { count, show } from '../text/format.ts';
import { byId, demonstrationBadge, make } from './dom.ts';

/** What the panel needs of the rest of the page. */
export interface InfoDoors {
  fetch(collection: string, fid: number | string, signal: AbortSignal): Promise<Feature>;
  /** The feature to stand out on the map, or none when the panel closes. */
  select(feature: Feature | null): void;
  zoomTo(feature: Feature): void;
  /** Where the keyboard goes when the panel closes. */
  leave(): void;
}

/** The panel of attributes. */
export interface Info {
  /** Shows what lies at a point; several features are a list of which one is open. */
  open(hits: Hit[]): void;
  close(): void;
  isOpen(): boolean;
}

/** More than this at one point is noise: the visitor zooms. */
const MOST = 40;

export function createInfo(doors: InfoDoors): Info {
  const panel = byId('info');
  const title = byId('info-title');
  const body = byId('info-body');
  let pending = new AbortController();

  const close = (): void => {
    if (panel.hidden) return;
    pending.abort();
    panel.hidden = true;
    doors.select(null);
    doors.leave();
  };
  const entry = (hit: Hit, opened: boolean): HTMLElement => {
    const content = make('div', { class: 'feature-body' });
    const name = make('span', { class: 'feature-title' }, nameOf(hit, hit.properties));
    const layer = make('span', { class: 'feature-layer' }, hit.collection.title, ...demonstrationBadge(hit.collection));
    const details = make('details', { name: 'objets', class: 'feature' }, make('summary', {}, name, layer), content);
    let asked = false;
    details.addEventListener('toggle', async () => {
      if (!details.open) return;
      doors.select(hit.feature);
      if (asked) return;
      asked = true;
      const whole = await fill(content, hit, doors, pending.signal);
      if (!whole) return;
      hit.feature = whole;
      name.textContent = nameOf(hit, whole.properties ?? {});
      if (details.open) doors.select(whole);
    });
    details.open = opened;
    return details;
  };

  byId('close-info').addEventListener('click', close);
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    close();
    // A commune found by the search stands out without a panel.
    doors.select(null);
  });

  return {
    open(hits) {
      pending.abort();
      pending = new AbortController();
      title.textContent = hits.length === 0 ? 'Informations' : hits.length > MOST ? `${MOST} premiers objets` : count(hits.length, 'objet');
      if (hits.length === 0) {
        doors.select(null);
        body.replaceChildren(make('p', { class: 'hint' }, 'Aucun objet à cet endroit parmi les couches affichées.'));
      } else {
        body.replaceChildren(...hits.slice(0, MOST).map((hit, index) => entry(hit, index === 0)));
      }
      panel.hidden = false;
      body.scrollTop = 0;
    },
    close,
    isOpen: () => !panel.hidden,
  };
}

/** The words by which people call a feature: its name, else its first attribute. */
function nameOf({ collection, fid }: Hit, properties: Record<string, unknown>): string {
  const fields = Object.keys(collection.fields);
  const candidates = [collection.label ?? '', 'nom', 'nom_complet', 'libelle', 'intitule', 'titre', ...fields, ...Object.keys(properties)];
  const field = candidates.find((name) => properties[name] !== undefined && properties[name] !== null && properties[name] !== '');
  if (field) return show(properties[field], field, collection.fields[field]).text;
  return fid === null ? collection.title : `Objet ${fid}`;
}

/**
 * First what the tile knows, then everything, when the server has answered: the whole feature is
 * returned, null when there is none to be had.
 */
async function fill(content: HTMLElement, hit: Hit, doors: InfoDoors, signal: AbortSignal): Promise<Feature | null> {
  const { collection, fid } = hit;
  content.replaceChildren(attributes(hit.properties, collection));
  if (fid === null) {
    content.append(make('p', { class: 'hint' }, 'Représentation simplifiée à cette échelle : zoomez pour le détail.'));
    return null;
  }
  content.setAttribute('aria-busy', 'true');
  try {
    const whole = await doors.fetch(collection.id, fid, signal);
    content.replaceChildren(attributes(whole.properties ?? {}, collection), actions(hit, whole, doors));
    return signal.aborted ? null : whole;
  } catch (error) {
    if (signal.aborted) return null;
    content.append(make('p', { class: 'hint' }, `${explain(error, 'Détail')} Attributs de la carte seulement.`));
    return null;
  } finally {
    content.removeAttribute('aria-busy');
  }
}

function attributes(properties: Record<string, unknown>, collection: Collection): HTMLElement {
  const list = make('dl', { class: 'attributes' });
  for (const [name, value] of Object.entries(properties)) {
    const shown = show(value, name, collection.fields[name]);
    const words = shown.href ? make('a', { href: shown.href, rel: 'noopener noreferrer', target: '_blank' }, shown.text) : shown.text;
    list.append(
      make('dt', {}, collection.fields[name]?.title ?? name),
      make('dd', shown.empty ? { class: 'empty' } : {}, words),
    );
  }
  return list;
}

function actions(hit: Hit, whole: Feature, doors: InfoDoors): HTMLElement {
  const zoom = make('button', { type: 'button', class: 'button button-small' }, 'Zoomer sur l’objet');
  zoom.addEventListener('click', () => doors.zoomTo(whole));
  const page = `/collections/${encodeURIComponent(hit.collection.id)}/items/${encodeURIComponent(hit.fid ?? '')}`;
  return make('p', { class: 'feature-actions' }, zoom, make('a', { href: page }, 'Fiche'));
}
