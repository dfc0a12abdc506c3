import type { ExplainPageInput, ExplainPageMessage } from '../../protocol/explain-view.js';

declare function acquireVsCodeApi(): { postMessage(message: ExplainPageMessage): void };

const editor = acquireVsCodeApi();

document.addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-message]') : null;
  const message = target && messageOf(target.dataset);
  if (!message) return;
  event.preventDefault();
  editor.postMessage(message);
});

function messageOf(data: DOMStringMap): ExplainPageMessage | undefined {
  const { message, uri, line, character, where, title } = data;
  switch (message) {
    case 'open':
      return uri === undefined
        ? undefined
        : { type: 'open', uri, line: Number(line), character: Number(character) };
    case 'suppress':
      return { type: 'suppress', where: where === 'config' ? 'config' : 'comment' };
    case 'fix':
      return title === undefined ? undefined : { type: 'fix', title };
    case 'rule':
    case 'copy':
      return { type: message };
    default:
      return undefined;
  }
}

// The arrow keys step through the places of the story.
document.addEventListener('keydown', (event) => {
  const by =
    event.key === 'ArrowDown' || event.key === 'j'
      ? 1
      : event.key === 'ArrowUp' || event.key === 'k'
        ? -1
        : 0;
  const places = [...document.querySelectorAll<HTMLElement>('.side a.place')];
  const at = places.indexOf(document.activeElement as HTMLElement);
  if (by === 0 || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  places[Math.max(0, Math.min(places.length - 1, at + by))]?.focus();
});

window.addEventListener('message', ({ data }: MessageEvent<ExplainPageInput>) => {
  if (data.type === 'state') {
    setGone(data.isGone);
    return;
  }
  const note = document.getElementById('note');
  if (note) note.textContent = data.text;
});

function setGone(isGone: boolean): void {
  const note = document.getElementById('gone');
  if (note) note.hidden = !isGone;
  for (const button of document.querySelectorAll<HTMLButtonElement>('button:not([data-message="copy"])'))
    button.disabled = isGone;
}
