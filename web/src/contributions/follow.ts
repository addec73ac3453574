/** How often the state is asked for while work is under way, in milliseconds. */
const EVERY = 1500;

interface State {
  state: string;
  revision: number;
  publishing: boolean;
  progress: { phase: string; done: number; total: number | null } | null;
}

/** Follows the work on a contribution, and shows its page anew once something came of it. */
export function follow(page: HTMLElement): void {
  const { id, revision, state } = page.dataset;
  const bar = document.querySelector<HTMLProgressElement>('#travail');
  const text = document.querySelector<HTMLElement>('#travail-texte');
  const address = `${location.pathname}?f=json`;
  const look = async (): Promise<void> => {
    const now = await ask<State>(address);
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
    setTimeout(() => void look(), EVERY);
  };
  if (id) setTimeout(() => void look(), 300);
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
  const look = async (): Promise<void> => {
    const list = await ask<{ contributions: (State & { id: number })[] }>(`${location.pathname}?f=json`);
    const waits = (row: HTMLElement): boolean => {
      const one = list?.contributions.find((it) => String(it.id) === row.dataset['id']);
      return !one || one.publishing || one.state === 'received' || one.state === 'checked';
    };
    // Not while somebody fills the form in.
    if (!busy.every(waits) && !document.querySelector('form#depot:focus-within')) location.reload();
    else setTimeout(() => void look(), 2 * EVERY);
  };
  setTimeout(() => void look(), 2 * EVERY);
}

async function ask<T>(address: string): Promise<T | null> {
  try {
    const answer = await fetch(address, { headers: { Accept: 'application/json' }, cache: 'no-store' });
    return answer.ok ? ((await answer.json()) as T) : null;
  } catch {
    return null;
  }
}
