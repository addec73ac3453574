import type { FeatureCollection } from 'geojson';

/** What may be meant: a parcel, several, a file's ground, an address. */
export interface Found {
  name: string;
  detail: string;
  /** Identifiers with commas between them; empty where the cadastre has none. */
  key: string;
}

/** What was typed cannot be understood, and why. */
export class Refused extends Error {}

interface Candidate {
  label: string;
  kind?: string;
  parcels: string[];
  found?: number;
}

/** A parcel that the cadastre has no more, and those that cover its ground today. */
interface Former {
  idu: string;
  label: string;
  parcels: { idu: string }[];
}

interface Answer extends FeatureCollection {
  detail?: string;
  nearest?: boolean;
  query?: { kind: string; missing?: string[]; candidates?: Candidate[]; former?: Former[]; numero?: string; found?: boolean };
}

const MOST = 8;

/** What the server makes of a text. */
export async function answer(root: string, typed: string, signal: AbortSignal): Promise<Found[]> {
  const read = await ask(`${root}/ads/parcelles?q=${encodeURIComponent(typed)}&_limit=20`, signal);
  const { candidates } = read.query ?? {};
  if (candidates) return candidates.slice(0, MOST).map(candidate);
  const found = [...parcels(read), ...(read.query?.former ?? []).flatMap(successors)];
  if (found.length === 0) throw new Refused(nothing(read, typed));
  const unknown = (read.query?.missing ?? []).filter((idu) => !read.query?.former?.some((it) => it.idu === idu));
  if (unknown.length > 0 || read.query?.former) {
    // One that is there must not pass for all that was asked.
    return [...found, ...unknown.map((idu) => ({ name: reference(idu), detail: 'absente du cadastre publié', key: '' }))].slice(0, MOST);
  }
  if (found.length > 1) {
    const all = { name: `Les ${found.length} parcelles ensemble`, detail: found.map((it) => it.name).join(', '), key: found.map((it) => it.key).join(',') };
    return [all, ...found.slice(0, MOST - 1)];
  }
  return found;
}

/** The parcels under a place or, on a street, the nearest ones. */
export async function at(root: string, lon: number, lat: number, signal: AbortSignal): Promise<{ found: Found[]; nearest: boolean }> {
  const read = await ask(`${root}/ads/parcelles?lon=${lon.toFixed(7)}&lat=${lat.toFixed(7)}`, signal);
  return { found: parcels(read), nearest: read.nearest === true };
}

async function ask(url: string, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, { headers: { Accept: 'application/json' }, signal });
  const read = (await response.json()) as Answer;
  if (response.status === 400) throw new Refused(read.detail ?? 'Cette écriture n’est pas comprise.');
  if (!response.ok) throw new Error(String(response.status));
  return read;
}

function parcels(read: Answer): Found[] {
  return read.features.map(({ properties }) => {
    const idu = String(properties?.['idu'] ?? '');
    const distance = properties?.['distance'] as number | undefined;
    const area = properties?.['contenance'] as number | null | undefined;
    const details = [
      String(properties?.['nom_com'] ?? ''),
      area ? `${area.toLocaleString('fr-FR')}\u00a0m²` : '',
      distance === undefined ? '' : `à ${distance.toLocaleString('fr-FR')}\u00a0m`,
    ];
    return { name: reference(idu), detail: details.filter(Boolean).join(' · '), key: idu };
  });
}

function candidate({ label, parcels: keys, found }: Candidate): Found {
  const none = keys.length === 0 || found === 0;
  const named = keys.map(reference).join(', ');
  return { name: label, detail: none ? 'absente du cadastre publié' : named, key: none ? '' : keys.join(',') };
}

/** What stands in the place of a parcel of the past: of several the whole, then each. */
function successors({ idu, label, parcels: pieces }: Former): Found[] {
  const keys = pieces.map((piece) => piece.idu);
  if (keys.length === 0) return [{ name: reference(idu), detail: label, key: '' }];
  const each = keys.map((key) => ({ name: reference(key), detail: `sur le terrain de l’ancienne parcelle ${reference(idu)}`, key }));
  return keys.length === 1 ? each : [{ name: keys.map(reference).join(', '), detail: label, key: keys.join(',') }, ...each];
}

function nothing(read: Answer, typed: string): string {
  if (read.query?.kind === 'file') return `Le dossier ${typed} est inconnu, ou aucune de ses parcelles n’est au cadastre publié.`;
  const missing = (read.query?.missing ?? []).map(reference).join(', ');
  return `Absente du cadastre publié : ${missing || typed}. Elle a pu être renumérotée, ou le numéro est faux.`;
}

/** `44109000AB0123` as people say it: `AB 123`. */
export function reference(idu: string): string {
  const prefix = idu.slice(5, 8);
  const section = idu.slice(8, 10).replace(/^0(?=[A-Z])/, '');
  return [prefix === '000' ? '' : prefix, section, idu.slice(10).replace(/^0+/, '')].filter(Boolean).join('\u00a0');
}
