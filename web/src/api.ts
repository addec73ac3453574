import type { Feature, FeatureCollection } from 'geojson';
import type { StyleSpecification } from 'maplibre-gl';

/** A refusal of the server, with its HTTP status; 0 when no answer came at all. */
export class ServerError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The style that lists every layer that the visitor may see. */
export function fetchStyle(): Promise<StyleSpecification> {
  return getJson<StyleSpecification>('/styles/geonantes');
}

/** One feature with all its attributes, geometry in CRS84. */
export function fetchFeature(collection: string, fid: number | string, signal: AbortSignal): Promise<Feature> {
  return getJson<Feature>(`/collections/${encodeURIComponent(collection)}/items/${encodeURIComponent(fid)}?f=json`, signal);
}

/** Every commune, following the pages of a territory that has more than one. */
export async function fetchCommunes(): Promise<Feature[]> {
  const features: Feature[] = [];
  let next: string | undefined = '/collections/communes/items?f=json&limit=1000';
  while (next) {
    const page: FeatureCollection & { links?: { rel: string; href: string }[] } = await getJson(next);
    features.push(...page.features);
    next = page.links?.find((link) => link.rel === 'next')?.href;
  }
  return features;
}

async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, { headers: { Accept: 'application/geo+json, application/json' }, signal: signal ?? null });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ServerError(0, 'no answer');
  }
  if (!response.ok) throw new ServerError(response.status, response.statusText);
  return (await response.json()) as T;
}

/** What a refusal means, in words for the visitor. */
export function explain(error: unknown, what: string): string {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 0;
  if (status === 401) return `${what} : accès réservé, une clé est nécessaire.`;
  if (status === 403) return `${what} : votre clé n’y donne pas accès.`;
  if (status === 404) return `${what} : introuvable, la donnée a peut-être changé.`;
  if (status === 429 || status === 503) return `${what} : le serveur est très sollicité.`;
  if (status >= 500) return `${what} : le serveur a rencontré une erreur.`;
  return `${what} : le serveur ne répond pas.`;
}
