import { byId, make } from './dom.ts';
import type { Status } from './status.ts';

/** The button that puts the address of the view on the clipboard. */
export function createCopyLink(status: Status): void {
  byId('copy-link').addEventListener('click', async () => {
    const copied = await copy(location.href);
    if (copied) status.tell('Lien copié : il rouvre la carte sur cette vue.');
    else status.fail('Le navigateur refuse la copie : copiez l’adresse de la page, elle garde la vue.');
  });
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOldWay(text);
  }
}

/** The clipboard proper exists over HTTPS only; an intranet server over HTTP needs this one. */
function copyOldWay(text: string): boolean {
  const area = make('textarea', { class: 'visually-hidden', 'aria-hidden': 'true' });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
