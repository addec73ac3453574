/** What a link keeps of the view; an absent part means the style's default. */
export interface View {
  center?: { zoom: number; lat: number; lon: number };
  /** Collections that are on. An empty list is a map with nothing on it. */
  layers?: string[];
  /** Background id, absent for none. */
  background?: string;
}

/** Reads `#map=z/lat/lon&couches=a,b&fond=x`. Nonsense is left out, never an error. */
export function parseHash(hash: string): View {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const view: View = {};
  const center = parseCenter(parts.get('map'));
  if (center) view.center = center;
  const layers = parts.get('couches');
  if (layers !== null) view.layers = layers.split(',').filter((id) => /^[\w-]{1,64}$/.test(id));
  const background = parts.get('fond');
  if (background && /^[\w.-]{1,64}$/.test(background)) view.background = background;
  return view;
}

/** Writes what `parseHash` reads, with as many decimals as the zoom can show. */
export function formatHash(view: View): string {
  const parts: string[] = [];
  if (view.center) {
    const { zoom, lat, lon } = view.center;
    // A pixel at zoom z is about 156543 m / 2^z wide; a degree is 111320 m.
    const digits = Math.max(2, Math.ceil((zoom * Math.LN2 + Math.log(111320 / 156543)) / Math.LN10) + 1);
    parts.push(`map=${round(zoom, 2)}/${lat.toFixed(digits)}/${lon.toFixed(digits)}`);
  }
  if (view.layers) parts.push(`couches=${view.layers.join(',')}`);
  if (view.background) parts.push(`fond=${view.background}`);
  return parts.length > 0 ? `#${parts.join('&')}` : '';
}

function parseCenter(text: string | null): View['center'] {
  const numbers = (text ?? '').split('/').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [zoom, lat, lon] = numbers;
  if (numbers.length !== 3 || zoom === undefined || lat === undefined || lon === undefined) return undefined;
  const valid = zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  return valid ? { zoom, lat, lon } : undefined;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
