import * as vscode from 'vscode';
import type { ExcerptLine, ExplainPage, ExplainSide, ExplainStep, Place } from '../../protocol/views.js';
import { escape, headHtml, newNonce, prose, scriptHtml, type PageParts } from './html.js';

/** The page of one finding. It loads nothing. */
export function explainPage(parts: PageParts, page: ExplainPage): string {
  const nonce = newNonce();
  const { t } = vscode.l10n;
  return `<!doctype html>
<html lang="${escape(vscode.env.language)}">
<head>
${headHtml(parts, nonce, page.rule)}
</head>
<body>
<p id="gone" role="status" hidden>${escape(t('This finding is gone. The page shows the code as it was.'))}</p>
<header>
<h1>${escape(page.message)}</h1>
<p class="facts">
<a href="#" data-message="rule" title="${escape(t('Open the rule documentation'))}">${escape(page.rule)}</a>
<span class="badge ${escape(page.severity)}">${escape(page.severity)}</span>
<span class="badge">${escape(t('{0} confidence', page.confidence))}</span>
<span>${escape(t('in {0}()', page.function))}</span>
${placeLink(page.place)}
${page.locks.map((lock) => `<code class="lock">${escape(lock)}</code>`).join(' ')}
</p>
<div role="toolbar" aria-label="${escape(t('Actions'))}">
<button data-message="copy">${escape(t('Copy as Text'))}</button>
<button class="secondary" data-message="suppress" data-where="comment">${escape(t('Suppress with a Comment…'))}</button>
<button class="secondary" data-message="suppress" data-where="config">${escape(t('Suppress in lockorder.json…'))}</button>
<span id="note" role="status"></span>
</div>
</header>
<main>
<div class="sides count-${Math.min(page.sides.length, 2)}">
${page.sides.map((side) => sideHtml(side, page.locks)).join('\n')}
</div>
${scenarioHtml(page)}
${section(
  t('Assumptions'),
  page.assumes.map(({ reason, text }) => `<b>${escape(reason)}</b>: ${prose(text, page.locks)}`),
)}
${section(
  t('Evidence'),
  page.evidence.map(
    ({ source, verdict }) =>
      `${escape(source)}: <b class="${escape(verdict)}">${escape(verdictText(verdict))}</b>`,
  ),
)}
${section(t('Fix'), page.fixes.map(fixHtml))}
${section(t('Suggestion: review before use'), page.suggestions.map(suggestionHtml))}
${section(t('Why no fix is offered'), page.fixes.length + page.suggestions.length > 0 ? [] : page.refusals.map(({ kind, reason }) => `<b>${escape(kind)}</b>: ${prose(reason, page.locks)}`))}
${section(
  t('How to reproduce'),
  page.reproduce.map((text) => prose(text)),
)}
${section(t('How to validate a fix'), page.validate.map(escape))}
</main>
${scriptHtml(parts, nonce)}
</body>
</html>`;
}

function fixHtml(title: string): string {
  const words = escape(title);
  return `${words} <button data-message="fix" data-title="${words}">${escape(vscode.l10n.t('Apply'))}</button>`;
}

function suggestionHtml({ title, reason, patch }: ExplainPage['suggestions'][number]): string {
  const why = vscode.l10n.t('{0}. It is not offered as an edit: {1}.', title, reason);
  if (patch === undefined) return escape(why);
  const lines = patch.trimEnd().split('\n').map(diffLineHtml);
  return `${escape(why)}<pre class="diff"><code>${lines.join('')}</code></pre>`;
}

function diffLineHtml(line: string): string {
  const change = /^(?:\+(?!\+\+ )|-(?!-- ))/.exec(line)?.[0];
  const kind = change === undefined ? '' : change === '+' ? ' added' : ' removed';
  return `<span class="line${kind}"><span class="code">${codeHtml(line)}</span></span>`;
}

function sideHtml({ title, steps }: ExplainSide, locks: readonly string[]): string {
  const items = steps.map((step) => stepHtml(step, locks)).join('');
  return `<section class="side"><h2>${escape(title)}</h2><ol>${items}</ol></section>`;
}

function stepHtml(step: ExplainStep, locks: readonly string[]): string {
  const { t } = vscode.l10n;
  const held =
    step.held.length > 0
      ? `<p>${escape(t('holding'))} ${step.held.map((lock) => `<code class="lock">${escape(lock)}</code>`).join(' ')}</p>`
      : '';
  const condition = step.condition === undefined ? '' : `<p>${escape(t('if {0}', step.condition))}</p>`;
  const excerpt =
    step.excerpt.length > 0
      ? `<pre><code>${dedented(step.excerpt).map(lineHtml).join('')}</code></pre>`
      : `<p>${escape(t('Source not available.'))}</p>`;
  const doer = step.function === '' ? '' : `<code>${escape(`${step.function}()`)}</code> `;
  return `<li><p>${doer}${prose(step.text, locks)} ${placeLink(step.place)}</p>${held}${condition}${excerpt}</li>`;
}

/** The lines without their common indentation. */
function dedented(lines: readonly ExcerptLine[]): readonly ExcerptLine[] {
  const indents = lines
    .filter(({ text }) => text.trim() !== '')
    .map(({ text }) => /^\s*/.exec(text)?.[0] ?? '');
  let common = indents[0] ?? '';
  for (const indent of indents) while (!indent.startsWith(common)) common = common.slice(0, -1);
  const by = common.length;
  return lines.map(({ line, text, mark }) => ({
    line,
    text: text.slice(by),
    mark: mark && [Math.max(0, mark[0] - by), Math.max(0, mark[1] - by)],
  }));
}

function lineHtml({ line, text, mark }: ExcerptLine): string {
  const [start, end] = mark ?? [0, 0];
  const marked = mark ? `<mark>${codeHtml(text.slice(start, end))}</mark>` : '';
  const code = `${codeHtml(text.slice(0, start))}${marked}${codeHtml(text.slice(end))}`;
  return `<span class="line"><span class="number">${line}</span><span class="code">${code}</span></span>`;
}

/** Code that a narrow column does not break inside an arrow. */
function codeHtml(text: string): string {
  return escape(text).replaceAll('-&gt;', '<span class="arrow">-&gt;</span>');
}

function placeLink({ uri, range, label }: Place): string {
  const { line, character } = range.start;
  return `<a class="place" href="#" data-message="open" data-uri="${escape(uri)}" data-line="${line}" data-character="${character}">${escape(label)}</a>`;
}

function scenarioHtml({ scenario: { cpus, rows } }: ExplainPage): string {
  if (cpus.length === 0) return '';
  const head = cpus.map((cpu) => `<th scope="col">${escape(cpu)}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${row.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`)
    .join('');
  return `<section><h2>${escape(vscode.l10n.t('Possible unsafe locking scenario'))}</h2>
<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody>
<tfoot><tr><td colspan="${cpus.length}">*** DEADLOCK ***</td></tr></tfoot></table></section>`;
}

function section(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<section><h2>${escape(title)}</h2><ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul></section>`;
}

function verdictText(verdict: string): string {
  const { t } = vscode.l10n;
  if (verdict === 'seen') return t('seen');
  return verdict === 'not-seen' ? t('not seen') : t('unknown: lockdep was disabled');
}
