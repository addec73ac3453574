// Sliders for meetings of mayors: the server computes, this page draws the table.
interface Change { before: number; after: number; change: number }
interface Variant {
  note?: string;
  gain: number;
  lose: number;
  summary: { communes: Record<string, { name?: string }> };
  changes: { communes: Record<string, Change>; cost: Change; metropolis: Change };
}

const form = document.querySelector<HTMLFormElement>('form#simulation');
const place = document.querySelector<HTMLElement>('#simule');
if (form && place) prepare(form, place);

function prepare(form: HTMLFormElement, place: HTMLElement): void {
  const service = form.elements.namedItem('service') as HTMLSelectElement;
  const boxes = [...form.querySelectorAll<HTMLInputElement>('input[name=membre]')];
  const check = (): void => {
    const members = (service.selectedOptions[0]?.dataset['members'] ?? '').split(' ');
    for (const box of boxes) box.checked = members.includes(box.value);
  };
  // What is not touched stays as in the exercise: a rate is sent once its slider has moved.
  const moved = new Set<string>();
  service.addEventListener('change', () => {
    moved.clear();
    check();
  });
  check();
  let waiting = 0;
  form.addEventListener('input', (event) => {
    const input = event.target as HTMLInputElement;
    if (input !== (service as EventTarget)) moved.add(input.name);
    const shown = input.closest('label')?.querySelector('output');
    if (shown) shown.textContent = `${(Number(input.value) * 100).toLocaleString('fr-FR', { maximumFractionDigits: 1 })} %`;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void ask(form, place, moved), 200);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void ask(form, place, moved);
  });
}

let last: AbortController | undefined;

async function ask(form: HTMLFormElement, place: HTMLElement, moved: Set<string>): Promise<void> {
  last?.abort();
  last = new AbortController();
  const data = new FormData(form);
  const query = new URLSearchParams({ service: String(data.get('service')) });
  for (const name of ['cle', 'usage_propre', 'solidarite', 'structure']) {
    if (moved.has(name) && data.get(name)) query.set(name, String(data.get(name)));
  }
  if (data.get('cle') === 'mixed') query.set('part', String(data.get('part')));
  if (moved.has('membre')) query.set('membres', data.getAll('membre').join(','));
  try {
    const response = await fetch(`${form.dataset['to'] ?? ''}?${query}`, {
      headers: { Accept: 'application/json' },
      signal: last.signal,
    });
    const told = (await response.json()) as { variants?: Variant[]; detail?: string };
    const variant = told.variants?.[0];
    if (!response.ok || !variant) throw new Error(told.detail ?? `réponse ${response.status}`);
    draw(place, variant);
  } catch (error) {
    if (!(error instanceof DOMException)) place.replaceChildren(element('p', `La simulation n’a pas abouti : ${String(error instanceof Error ? error.message : error)}`));
  }
}

const euros = new Intl.NumberFormat('fr-FR', { style: 'currency', currency: 'EUR' });
const signed = new Intl.NumberFormat('fr-FR', { style: 'currency', currency: 'EUR', signDisplay: 'exceptZero' });

function element(tag: string, text: string, kind = ''): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function draw(place: HTMLElement, variant: Variant): void {
  const table = document.createElement('table');
  const head = document.createElement('tr');
  head.append(element('th', 'Commune'), element('th', 'Exercice', 'num'), element('th', 'Simulation', 'num'), element('th', 'Écart', 'num'));
  table.createTHead().append(head);
  const body = table.createTBody();
  const row = (name: string, it: Change): HTMLTableRowElement => {
    const made = document.createElement('tr');
    const kind = it.change < 0 ? 'num less' : it.change > 0 ? 'num more-cost' : 'num';
    made.append(element('th', name), element('td', euros.format(it.before / 100), 'num'), element('td', euros.format(it.after / 100), 'num'), element('td', signed.format(it.change / 100), kind));
    return made;
  };
  for (const [insee, change] of Object.entries(variant.changes.communes)) {
    body.append(row(variant.summary.communes[insee]?.name ?? insee, change));
  }
  table.createTFoot().append(row('Métropole', variant.changes.metropolis), row('Coût', variant.changes.cost));
  const notes = variant.note ? [element('p', variant.note, 'soft')] : [];
  // On a phone the table moves, not the page.
  const frame = element('div', '', 'paper-scroll');
  frame.tabIndex = 0;
  frame.append(table);
  place.replaceChildren(element('p', `${variant.gain} communes paient moins, ${variant.lose} paient plus.`), ...notes, frame);
}
