import { shownCall, type LockCall } from '../text/calls.js';
import { lastWord } from '../../base/words.js';
import {
  identifiers,
  isAsWritten,
  parts,
  plainText,
  walk,
  type CodeNode,
  type FunctionCode,
} from '../text/code.js';
import { indentAt, lineEnd, lineStart, type TextEdit } from '../text/edits.js';
import { keepOuterPath, stripInnerPath, type InnerPath } from './error-path.js';
import { forbids } from './between.js';
import type { Acquisition } from '../text/forms.js';
import { commentsIn, hasDirective, linesOf, type Lines } from '../text/layout.js';
import { waitRank } from '../../graph/orders/side.js';
import {
  acquisitionsOf,
  membersBetween,
  releasePairs,
  releasesOf,
  type Pair,
  type Plan,
  type ReleasePair,
} from '../text/pair.js';
import { lockPath } from '../text/path.js';

/** Moves the second acquisition and its error path before the first, and adapts the releases. */
export function planMove(pair: Pair, outer: Acquisition, inner: Acquisition): Plan | string {
  const { code } = pair;
  const between = membersBetween(outer.list, outer.last, inner.first);
  if (between.length > 0 && (outer.failure || inner.failure)) {
    const first = between[0];
    return `\`${first ? plainText(code, first) : ''}\` stands between two acquisitions of which one may fail`;
  }
  const refusal = forbids(pair, between, {
    id: pair.innerId,
    path: lockPath(pair, pair.inner),
    name: pair.inner.name,
  });
  if (refusal !== undefined) return refusal;
  const clear = [outer.last, ...between, inner.first];
  for (const [at, member] of clear.entries()) {
    const behind = clear[at + 1]?.start ?? member.start;
    const from = at === 0 ? member.end : member.start;
    if (!isAsWritten(code, Math.min(from, behind), behind)) {
      return `the code before ${shownCall(code, pair.inner)} is not understood`;
    }
  }
  const set = between.flatMap((statement) => setIn(code, statement));
  const used = new Set([...identifiers(code, inner.first), ...identifiers(code, inner.last)]);
  const changed = set.find((name) => used.has(name));
  if (changed !== undefined) {
    return `${changed} is set between ${shownCall(code, pair.outer)} and ${shownCall(code, pair.inner)}`;
  }

  const stripped = stripInnerPath(pair, outer, inner);
  if (typeof stripped === 'string') return stripped;
  const releases = planReleases(pair, stripped.gone);
  if (typeof releases === 'string') return releases;
  const acquisitions =
    oneLine(pair, outer, inner, between.length) ?? moveLines(pair, outer, inner, between.length, stripped);
  if (typeof acquisitions === 'string') return acquisitions;
  return {
    edits: [...acquisitions.edits, ...releases.edits],
    regions: [...acquisitions.regions, ...releases.regions],
  };
}

/** Variables that a statement declares or assigns. */
function setIn(code: FunctionCode, statement: CodeNode): string[] {
  const targets = [...walk(statement)].flatMap((node) => {
    if (node.kind === 'declaration') return parts(node);
    return /^(init_declarator|(assignment|update)_expression)$/.test(node.kind)
      ? parts(node).slice(0, 1)
      : [];
  });
  return targets.flatMap((target) => [...identifiers(code, target)]);
}

/** Swaps `lock(&b); lock(&a);` on one line or after a label. */
function oneLine(pair: Pair, outer: Acquisition, inner: Acquisition, between: number): Plan | undefined {
  const { code } = pair;
  const shares = lineEnd(code.text, outer.first.end) > inner.first.start;
  if (!(shares || outer.labelled) || between > 0 || outer.failure || inner.failure) return undefined;
  return {
    edits: exchangeTexts(code.text, outer.labelled ?? outer.first, inner.first),
    regions: [{ start: outer.first.start, end: inner.last.end }],
  };
}

function moveLines(
  pair: Pair,
  outer: Acquisition,
  inner: Acquisition,
  between: number,
  stripped: InnerPath,
): Plan | string {
  const { code } = pair;
  if (outer.labelled) return `a jump leads to the label before ${shownCall(code, pair.outer)}`;
  const outerLines = linesOf(code, outer.first, outer.last);
  const innerLines = linesOf(code, inner.first, inner.last);
  if (!outerLines || !innerLines) return `other code shares a line with the acquisitions`;

  const kept = keepOuterPath(pair, outer, inner);
  if (typeof kept === 'string') return kept;

  const place = insertionPlace(
    pair,
    { ...outer, lines: outerLines },
    { ...inner, lines: innerLines },
    between,
  );
  let taken = code.text.slice(innerLines.start, innerLines.end);
  for (const edit of [...stripped.inside].sort((x, y) => y.start - x.start)) {
    const start = edit.start - innerLines.start;
    taken = taken.slice(0, start) + edit.text + taken.slice(edit.end - innerLines.start);
  }
  const edits: TextEdit[] = [
    { start: place, end: place, text: taken },
    { ...withBlankLine(code.text, innerLines), text: '' },
    ...kept.edits,
    ...stripped.outside,
  ];
  return {
    edits,
    regions: [{ start: outerLines.start, end: innerLines.end }],
  };
}

/** An acquisition with the lines that move with it: its comment, and its error path. */
interface MovedAcquisition extends Acquisition {
  readonly lines: Lines;
}

/**
 * Where to insert the moved lines of `inner`; `between` counts the statements that separate them from `outer`. A comment above the first acquisition is about both if it does not name that lock
 * and the second has no comment of its own: it stays on top.
 */
function insertionPlace(
  pair: Pair,
  outer: MovedAcquisition,
  inner: MovedAcquisition,
  between: number,
): number {
  const { code } = pair;
  const own = lineStart(code.text, outer.first.start);
  const comments = commentsIn(code, outer.lines.start, outer.first.start);
  const hasOwn =
    inner.lines.start < lineStart(code.text, inner.first.start) ||
    commentsIn(code, inner.last.end, inner.lines.end).length > 0;
  const named = lastWord(pair.outer.name) ?? '';
  const names = new RegExp(`(?<!\\w)${named}(?!\\w)`);
  const ofBoth = between === 0 && !hasOwn && !comments.some((comment) => names.test(comment));
  return ofBoth ? own : outer.lines.start;
}

/** Extends removed lines by one of two blank lines that would become adjacent. */
function withBlankLine(text: string, lines: Lines): Lines {
  const above = text.slice(lineStart(text, Math.max(lines.start - 1, 0)), lines.start);
  const below = text.slice(lines.end, lineEnd(text, lines.end));
  const meet = above.trim() === '' && above !== '' && below.trim() === '' && below !== '';
  return meet ? { start: lines.start, end: lineEnd(text, lines.end) } : lines;
}

/** Swaps adjacent releases as well, so that they mirror the new order. */
function planReleases(pair: Pair, gone: CodeNode | undefined): Plan | string {
  const mustFollow =
    pair.inner.api.irq !== undefined ||
    (pair.inner.api.bh === true && pair.outer.api.bh !== true) ||
    waitRank(pair.inner.api.kind) !== waitRank(pair.outer.api.kind);
  const none: Plan = { edits: [], regions: [] };
  if (isScoped(pair.inner) || isScoped(pair.outer)) {
    return mustFollow
      ? `one of the locks is bound to a scope, the other disables interrupts or sleeps`
      : none;
  }
  const pairs = releasePairs(pair, gone);
  if (mustFollow && releasesOf(pair, pair.inner).length !== pairs.length) {
    return `${pair.innerId} is not released next to ${pair.outerId} everywhere`;
  }
  if (acquisitionsOf(pair, pair.inner).length > 1 || acquisitionsOf(pair, pair.outer).length > 1) {
    return mustFollow ? `one of the locks is taken more than once in ${pair.code.item.name}()` : none;
  }
  const edits: TextEdit[] = [];
  const regions: { start: number; end: number }[] = [];
  for (const found of pairs) {
    if (!found.innerFirst) continue;
    const swapped = swapReleases(pair, found);
    if (swapped.length === 0 && mustFollow) return `the releases cannot be swapped as they are written`;
    edits.push(...swapped);
    regions.push({ start: found.first.statement.start, end: found.second.statement.end });
  }
  return { edits, regions };
}

function isScoped(call: LockCall): boolean {
  return call.form === 'guard' || call.form === 'scoped';
}

function swapReleases(pair: Pair, { first, second }: ReleasePair): TextEdit[] {
  const { code } = pair;
  if (hasDirective(code.text, first.statement.start, second.statement.end)) return [];
  const labelled = first.statement.parent !== second.statement.parent;
  const one = linesOf(code, first.statement, first.statement);
  const two = linesOf(code, second.statement, second.statement);
  const sameIndent =
    indentAt(code.text, first.statement.start) === indentAt(code.text, second.statement.start);
  if (labelled || !one || !two || one.end > two.start || !sameIndent) {
    return exchangeTexts(code.text, first.statement, second.statement);
  }
  return exchangeTexts(code.text, one, two);
}

function exchangeTexts(
  whole: string,
  one: { readonly start: number; readonly end: number },
  two: { readonly start: number; readonly end: number },
): TextEdit[] {
  return [
    { start: one.start, end: one.end, text: whole.slice(two.start, two.end) },
    { start: two.start, end: two.end, text: whole.slice(one.start, one.end) },
  ];
}
