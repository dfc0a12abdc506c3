import * as vscode from 'vscode';
import type { GraphPageWords } from '../../protocol/graph-view.js';
import { escape, headHtml, newNonce, scriptHtml, type PageParts } from './html.js';

/** The page of the graph's window. It loads nothing. */
export function graphPage(parts: PageParts): string {
  const nonce = newNonce();
  const { t } = vscode.l10n;
  const words: GraphPageWords = {
    nothing: t('No lock here, and no lock in this file is nested with another.'),
    filteredOut: t('Nothing matches the filters.'),
    omitted: t('Too many locks: {0} are not shown.'),
    centre: t('Centre on This Lock'),
    declared: t('Declared'),
    before: t('Taken while holding'),
    after: t('Held while taking'),
    places: t('Places'),
    locks: [t('1 lock'), t('{0} locks')],
    orders: [t('1 order'), t('{0} orders')],
    anyContext: t('any'),
  };
  return `<!doctype html>
<html lang="${escape(vscode.env.language)}">
<head>
${headHtml(parts, nonce, t('Lock Graph'))}
</head>
<body data-words="${escape(JSON.stringify(words))}">
<header id="tools" role="toolbar" aria-label="${escape(t('Lock Graph'))}">
<h1 id="title"></h1>
<label>${escape(t('Distance'))} <select id="depth"><option>1</option><option>2</option><option>3</option></select></label>
<label>${escape(t('Folder'))} <input id="folder" list="folders" placeholder="${escape(t('all'))}"></label>
<datalist id="folders"></datalist>
<label>${escape(t('Context'))} <select id="context"></select></label>
<label><input id="cycles" type="checkbox"> ${escape(t('Only cycles'))}</label>
<span class="end">
<button id="smaller" title="${escape(t('Zoom Out (-)'))}">−</button>
<button id="fit" title="${escape(t('Fit to Window (0)'))}">${escape(t('Fit'))}</button>
<button id="larger" title="${escape(t('Zoom In (+)'))}">+</button>
<button id="svg" title="${escape(t('Save as SVG'))}">SVG</button>
<button id="dot" title="${escape(t('Save as Graphviz DOT'))}">DOT</button>
</span>
</header>
<main id="canvas"></main>
<aside id="details" hidden></aside>
<footer id="status" role="status"></footer>
${scriptHtml(parts, nonce)}
</body>
</html>`;
}
