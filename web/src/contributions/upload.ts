import { byId, make } from '../ui/dom.ts';
import { signIn } from './follow.ts';

/** Dropping files, the list of what was chosen, and how far they have been sent. */
export function prepare(form: HTMLFormElement): void {
  const input = byId<HTMLInputElement>('fichiers');
  const zone = byId('zone');
  const most = Number(form.dataset['most'] ?? Infinity);
  form.classList.add('scripted');
  input.addEventListener('change', () => tell(input.files, most));
  for (const kind of ['dragenter', 'dragover']) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add('over');
    });
  }
  for (const kind of ['dragleave', 'drop']) {
    zone.addEventListener(kind, () => zone.classList.remove('over'));
  }
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    const files = (event as DragEvent).dataTransfer?.files;
    if (!files?.length) return;
    input.files = files;
    tell(input.files, most);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (tell(input.files, most)) send(form);
  });
}

/** Lists what was chosen; whether it may be sent. */
function tell(files: FileList | null, most: number): boolean {
  const list = [...(files ?? [])];
  const total = list.reduce((sum, file) => sum + file.size, 0);
  const shown = list.slice(0, 12).map((file) => make('li', {}, file.name, make('span', {}, size(file.size))));
  if (list.length > shown.length) shown.push(make('li', {}, `et ${list.length - shown.length} autres fichiers`));
  byId('choisis').replaceChildren(...shown);
  if (total > most) {
    refuse(`Ces fichiers font ${size(total)} ensemble, pour ${size(most)} au plus. Compressez-les, ou déposez-les en plusieurs fois.`);
    return false;
  }
  refuse(null);
  return list.length > 0;
}

/** Sends the form and shows how far it is; then the contribution's page. */
function send(form: HTMLFormElement): void {
  const request = new XMLHttpRequest();
  const bar = byId<HTMLProgressElement>('avance');
  const text = byId('avance-texte');
  const button = form.querySelector<HTMLButtonElement>('button[type=submit]');
  const cancel = byId<HTMLButtonElement>('annuler');
  const started = performance.now();
  const busy = (on: boolean): void => {
    byId('envoi').hidden = !on;
    cancel.hidden = !on;
    if (button) button.disabled = on;
  };
  request.upload.onprogress = (event) => {
    if (!event.lengthComputable) return;
    bar.value = (100 * event.loaded) / event.total;
    const seconds = (performance.now() - started) / 1000;
    const left = seconds > 2 ? (seconds * (event.total - event.loaded)) / event.loaded : 0;
    const rest = left > 2 ? `, encore ${Math.ceil(left)} s environ` : '';
    text.textContent = `${size(event.loaded)} sur ${size(event.total)}${rest}`;
  };
  request.onload = () => {
    const answer = parse(request.responseText);
    if (request.status === 201 && answer.id !== undefined) {
      location.assign(`${form.action}/${answer.id}`);
      return;
    }
    busy(false);
    if (request.status === 401) refuse('Votre session est terminée : ', elsewhere(), ', puis revenez ici et recommencez : vos fichiers sont encore choisis.');
    else refuse(explain(request.status, answer.detail));
  };
  request.onerror = () => {
    busy(false);
    refuse('L’envoi a été coupé. Rien n’a été gardé : recommencez.');
  };
  request.onabort = () => {
    busy(false);
    refuse(null);
  };
  cancel.onclick = () => request.abort();
  request.open('POST', form.action);
  request.setRequestHeader('Accept', 'application/json');
  busy(true);
  request.send(new FormData(form));
}

interface Answer {
  id?: number;
  detail?: string;
}

function parse(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return {};
  }
}

function explain(status: number, detail: string | undefined): string {
  const said = detail ? ` (${detail})` : '';
  if (status === 403) return `Votre clé ne permet pas de déposer${said}.`;
  if (status === 413) return `Ces fichiers dépassent ce que le portail reçoit en une fois${said}.`;
  if (status === 507) return 'L’espace réservé aux dépôts est plein : publiez ou retirez ceux qui attendent.';
  if (status === 429 || status === 503) return 'Le portail est très sollicité : réessayez dans un instant.';
  return `Le dépôt n’a pas été accepté${said}.`;
}

function refuse(...said: (string | Node | null)[]): void {
  const place = byId('refus');
  const parts = said.filter((part) => part !== null);
  place.hidden = parts.length === 0;
  place.replaceChildren(...parts);
}

/** Signing in beside this page, so that the files that were chosen stay. */
function elsewhere(): HTMLElement {
  const link = signIn('reconnectez-vous dans un autre onglet');
  link.setAttribute('target', '_blank');
  return link;
}

/** Bytes as people read them. */
export function size(bytes: number): string {
  const units = ['octets', 'Ko', 'Mo', 'Go'];
  let unit = 0;
  while (bytes >= 1000 && unit < units.length - 1) {
    bytes /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && bytes < 100 ? 1 : 0;
  return `${bytes.toLocaleString('fr-FR', { maximumFractionDigits: digits })} ${units[unit]}`;
}
