// What the pages of contributions do beyond what they do without script.
import { follow, followList } from './follow.ts';
import { prepare } from './upload.ts';

const form = document.querySelector<HTMLFormElement>('form#depot');
if (form) prepare(form);

const one = document.querySelector<HTMLElement>('#contribution');
if (one?.dataset['busy'] !== undefined) follow(one);
else if (!one) followList();

const place = document.querySelector<HTMLElement>('#carte-constats');
if (place && document.querySelector('tr[data-lon]')) {
  // The map comes when it is looked at; until then, and without WebGL, the drawing stays.
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    import('./findings.ts').then(({ showFindings }) => showFindings(place)).catch(() => undefined);
  });
  observer.observe(place);
}
