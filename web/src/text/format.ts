import type { FieldMeta } from '../map/style.ts';

const integers = new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 0 });
const decimals = new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 2 });
// Dates without a time are calendar days: read and written in UTC, they never slip by one.
const days = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: 'UTC' });
const instants = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeStyle: 'short' });

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** The words shown for one attribute, and where they lead when they are an address of some kind. */
export interface Shown {
  text: string;
  href?: string;
  /** No value at all: shown, but discreetly. */
  empty?: boolean;
}

/** One attribute's value as a French reader expects it. `name` is the field's technical name. */
export function show(value: unknown, name: string, field?: FieldMeta): Shown {
  if (value === null || value === undefined || value === '') return { text: 'non renseigné', empty: true };
  const label = field?.labels?.[String(value)];
  if (label) return { text: label === String(value) ? label : `${label} (${String(value)})` };
  if (typeof value === 'boolean') return { text: value ? 'oui' : 'non' };
  if (typeof value === 'number') return { text: withUnit(number(value, name), field) };
  if (typeof value === 'string') return string(value, field);
  return { text: JSON.stringify(value) };
}

/** A number with French separators; a year keeps its four digits together. */
export function number(value: number, name = ''): string {
  if (Number.isInteger(value)) return isYear(value, name) ? String(value) : integers.format(value);
  return decimals.format(value);
}

/** « 12 objets », « 1 objet ». */
export function count(n: number, singular: string, plural = `${singular}s`): string {
  return `${integers.format(n)} ${n < 2 ? singular : plural}`;
}

function string(value: string, field?: FieldMeta): Shown {
  if (DAY.test(value)) return { text: date(days, value) };
  if (INSTANT.test(value)) return { text: date(instants, value) };
  if (/^https?:\/\/\S+$/i.test(value)) return { text: value.replace(/^https?:\/\//i, ''), href: value };
  if (/^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i.test(value)) return { text: value, href: `mailto:${value}` };
  if (/^(?:\+33|0)[1-9](?:[ .]?\d{2}){4}$/.test(value)) return { text: value, href: `tel:${value.replace(/[ .]/g, '')}` };
  return { text: withUnit(value, field) };
}

function date(format: Intl.DateTimeFormat, value: string): string {
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? value : format.format(time);
}

function withUnit(text: string, field?: FieldMeta): string {
  // A no-break space: the unit must not start a line.
  return field?.unit ? `${text}\u00a0${field.unit}` : text;
}

function isYear(value: number, name: string): boolean {
  return value >= 1000 && value <= 2999 && /annee|millesime|exercice|_an$|^an$/.test(name);
}
