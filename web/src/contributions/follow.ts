import { make } from '../ui/dom.ts';

/** Time between two questions about the state, in milliseconds: the first, and the longest. */
const FIRST = 1000;
const LONGEST = 8000;

interface State {
  state: string;
  revision: number;
  publishing: boolean;
  progress: { phase: string; done: number; total: number | null } | null;
}

/** Whether the session in which the state was asked for is over. */
function isOver(status: number): boolean {
  return status === 401 || status === 403;
}

/** The next pause: what lasts is asked for less and less often. */
function longer(pause: number): number {
  return Math.min(pause * 1.15, LONGEST);
}

/** Follows the work on a contribution, and shows its page anew once something came of it. */
export function follow(page: HTMLElement): void {
  const { id, revision, state } = page.dataset;
  const bar = document.querySelector<HTMLProgressElement>('#travail');
  const text = document.querySelector<HTMLElement>('#travail-texte');
  const address = `${location.pathname}?f=json`;
  const refusal = document.querySelector<HTMLElement>('#travail-refus');
  let pause = FIRST;
  const look = async (): Promise<void> => {
    const { status, now } = await ask<State>(address);
    if (refusal) say(refusal, status);
    if (isOver(status)) return;
    if (now && (String(now.revision) !== revision || now.state !== state)) {
      location.reload();
      return;
    }
    if (now?.progress && text && bar) {
      const { phase, done, total } = now.progress;
      text.textContent = line(phase, done, total);
      if (total) {
        bar.max = total;
        bar.value = done;
      } else {
        bar.removeAttribute('value');
      }
    }
    pause = longer(pause);
    later(look, pause);
  };
  if (id) setTimeout(() => void look(), 300);
}

/** Asks again after a pause, or once somebody looks at the page again. */
function later(look: () => Promise<void>, pause: number): void {
  setTimeout(() => {
    if (!document.hidden) void look();
    else document.addEventListener('visibilitychange', () => void look(), { once: true });
  }, pause);
}

/** Tells why the state is not known any more; a session that is over needs a hand. */
function say(place: HTMLElement, status: number): void {
  place.hidden = status === 200;
  if (isOver(status)) place.replaceChildren('Votre session est terminée : ', signIn('reconnectez-vous'), ' pour suivre ce dépôt. Le travail continue.');
  else place.textContent = status === 200 ? '' : 'Le portail ne répond pas pour l’instant ; nouvel essai dans quelques secondes.';
}

/** A link that signs in and comes back here. */
export function signIn(text: string): HTMLElement {
  const root = location.pathname.replace(/\/contributions(\/.*)?$/, '');
  const back = encodeURIComponent(location.pathname.slice(root.length));
  return make('a', { href: `${root}/connexion?vers=${back}` }, text);
}

function line(phase: string, done: number, total: number | null): string {
  const count = (number: number): string => number.toLocaleString('fr-FR');
  if (total) return `${phase} : ${count(done)} sur ${count(total)}`;
  return done > 0 ? `${phase} : ${count(done)}` : `${phase}…`;
}

/** Shows the list anew when something came of a contribution that is under way. */
export function followList(): void {
  const busy = [...document.querySelectorAll<HTMLElement>('tr[data-busy]')];
  if (busy.length === 0) return;
  let pause = 2 * FIRST;
  const look = async (): Promise<void> => {
    const { status, now: list } = await ask<{ contributions: (State & { id: number })[] }>(`${location.pathname}?f=json`);
    if (isOver(status)) return;
    const waits = (row: HTMLElement): boolean => {
      const one = list?.contributions.find((it) => String(it.id) === row.dataset['id']);
      return !one || one.publishing || one.state === 'received' || one.state === 'checked';
    };
    // Not while somebody fills the form in.
    const filling = document.querySelector('form#depot:focus-within, #choisis li');
    if (!busy.every(waits) && !filling) {
      location.reload();
      return;
    }
    pause = longer(pause);
    later(look, pause);
  };
  setTimeout(() => void look(), pause);
}

async function ask<T>(address: string): Promise<{ status: number; now: T | null }> {
  try {
    const answer = await fetch(address, { headers: { Accept: 'application/json' }, cache: 'no-store' });
    return { status: answer.status, now: answer.ok ? ((await answer.json()) as T) : null };
  } catch {
    return { status: 0, now: null };
  }
}
