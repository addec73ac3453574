import { byId } from './dom.ts';

/** The one line that tells the visitor what went well or wrong. */
export interface Status {
  /** Says it for a few seconds. */
  tell(text: string): void;
  /** Says it until it is closed or `retry` is pressed. */
  fail(text: string, retry?: () => void): void;
}

const TELL_MS = 4000;

export function createStatus(): Status {
  const line = byId('status');
  const text = byId('status-text');
  const action = byId<HTMLButtonElement>('status-action');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again: (() => void) | undefined;

  const show = (words: string, failed: boolean, retry?: () => void): void => {
    clearTimeout(timer);
    again = retry;
    action.hidden = retry === undefined;
    line.classList.toggle('failed', failed);
    line.hidden = false;
    text.textContent = words;
    if (!failed) timer = setTimeout(hide, TELL_MS);
  };
  const hide = (): void => {
    line.hidden = true;
    text.textContent = '';
  };

  byId('status-close').addEventListener('click', hide);
  action.addEventListener('click', () => {
    hide();
    again?.();
  });
  return {
    tell: (words) => show(words, false),
    fail: (words, retry) => show(words, true, retry),
  };
}
