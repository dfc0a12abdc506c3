import { shownCall, text } from '../text/calls.js';
import { all, isAsWritten, parts, type CodeNode } from '../text/code.js';
import { indentAt, lineBreakAt, lineEnd, lineStart, type TextEdit } from '../text/edits.js';
import type { Acquisition, Failure } from '../text/forms.js';
import { commentsIn, linesOf } from '../text/layout.js';
import { nextMember, releasesOf, type Pair } from '../text/pair.js';

/** Edits of the moved lines, and of the lines that stay. */
export interface InnerPath {
  readonly inside: readonly TextEdit[];
  readonly outside: readonly TextEdit[];
  /** A label that loses its last jump and that `outside` removes. */
  readonly gone?: CodeNode;
}

/**
 * Removes the other lock's release from the error path of the acquisition that moves up, which no longer runs with that
 * lock held. A string is the reason why that cannot be done.
 */
export function stripInnerPath(pair: Pair, outer: Acquisition, inner: Acquisition): InnerPath | string {
  const { failure } = inner;
  if (!failure) return { inside: [], outside: [] };
  const shown = shownCall(pair.code, pair.inner);
  if (outer.failure && outer.failure.result !== failure.result) {
    return `the results of the two acquisitions do not go through the same variable`;
  }
  const releases = releasesOf(pair, pair.outer).filter((release) =>
    inside(failure.branch, release.statement),
  );
  const [release] = releases;
  if (pair.outer.form === 'guard') {
    const simple = failure.statements.length === 1 && failure.jump.kind === 'return_statement';
    return simple ? { inside: [], outside: [] } : `the error path of ${shown} does more than return`;
  }
  if (release) {
    if (
      releases.length > 1 ||
      failure.statements.length !== 2 ||
      failure.statements[0] !== release.statement
    ) {
      return `the error path of ${shown} does more than release ${pair.outerId}`;
    }
    const edit = withoutRelease(pair, failure, release.statement);
    return edit
      ? { inside: [edit], outside: [] }
      : `the error path of ${shown} shares its lines with other code`;
  }
  if (failure.jump.kind !== 'goto_statement' || failure.statements.length !== 1) {
    return `the error path of ${shown} does not release ${pair.outerId}`;
  }
  return (
    pastRelease(pair, failure.jump) ??
    `the error path of ${shown} goes to a label that does more than release ${pair.outerId}`
  );
}

function inside(outer: CodeNode, node: CodeNode): boolean {
  return node.start >= outer.start && node.end <= outer.end;
}

/** Reduces `{ unlock(&b); return err; }` to the return; a block with comments keeps its braces. */
function withoutRelease(pair: Pair, failure: Failure, release: CodeNode): TextEdit | undefined {
  const { code } = pair;
  const { branch, jump } = failure;
  if (commentsIn(code, branch.start, branch.end).length > 0) {
    const lines = linesOf(code, release, release);
    return lines && { ...lines, text: '' };
  }
  const condition = parts(failure.test)[0];
  if (!condition) return undefined;
  const alone = code.text.slice(lineStart(code.text, jump.start), jump.start).trim() === '';
  const indent = alone ? indentAt(code.text, jump.start) : `${indentAt(code.text, failure.test.start)}\t`;
  return {
    start: condition.end,
    end: branch.end,
    text: lineBreakAt(code.text, condition.end) + indent + text(code, jump),
  };
}

/** For `goto unlock_b` where that label releases the lock and leaves: jumps to the statement after the release. */
function pastRelease(pair: Pair, jump: CodeNode): InnerPath | undefined {
  const { code } = pair;
  const label = labelOf(pair, jump);
  const target = all(code.body, 'labeled_statement').find((node) => nameOf(pair, node) === label);
  const statement = target && parts(target)[1];
  if (target && !isAsWritten(code, target.start, target.end)) return undefined;
  const isRelease = releasesOf(pair, pair.outer).some((release) => release.statement === statement);
  const next = statement && isRelease ? nextMember(statement) : undefined;
  if (!target || !statement || !next) return undefined;

  let leave: string;
  if (next.kind === 'return_statement') leave = text(code, next);
  else if (next.kind === 'labeled_statement') leave = `goto ${nameOf(pair, next)};`;
  else return undefined;
  const inside = [{ start: jump.start, end: jump.end, text: leave }];
  const others = all(code.body, 'goto_statement').filter((other) => labelOf(pair, other) === label);
  if (others.length > 1) return { inside, outside: [] };

  const line = { start: lineStart(code.text, target.start), end: lineEnd(code.text, target.start) };
  const isAlone = line.end <= statement.start && code.text.slice(line.start, target.start).trim() === '';
  const head = code.text.slice(target.start, line.end).trim();
  return isAlone && head === `${label}:`
    ? { inside, outside: [{ ...line, text: '' }], gone: target }
    : undefined;
}

function labelOf(pair: Pair, jump: CodeNode): string {
  const name = parts(jump)[0];
  return name ? text(pair.code, name) : '';
}

function nameOf(pair: Pair, label: CodeNode): string {
  const name = parts(label)[0];
  return name ? text(pair.code, name) : '';
}

/** Adds a release to the error path of the acquisition that stays: it now runs with the other lock held. */
export function keepOuterPath(
  pair: Pair,
  outer: Acquisition,
  inner: Acquisition,
): { readonly edits: readonly TextEdit[] } | string {
  const { failure } = outer;
  if (!failure) return { edits: [] };
  const { code } = pair;
  const shown = shownCall(code, pair.outer);
  if (pair.inner.form === 'guard') {
    return failure.jump.kind === 'return_statement'
      ? { edits: [] }
      : `the error path of ${shown} does not return`;
  }
  if (inner.failure && outer.failure?.result !== inner.failure.result) {
    return `the results of the two acquisitions do not go through the same variable`;
  }
  const releases = new Set(releasesOf(pair, pair.inner).map(({ statement }) => text(code, statement)));
  const [release] = releases;
  if (release === undefined || releases.size !== 1) {
    return `how ${pair.innerId} is released in the error path of ${shown} is not clear`;
  }
  const condition = parts(failure.test)[0];
  if (!condition) return `the error path of ${shown} is not understood`;
  const lineBreak = lineBreakAt(code.text, condition.end);
  const indent = indentAt(code.text, failure.test.start);
  const first = failure.statements[0] ?? failure.jump;
  const alone = code.text.slice(lineStart(code.text, first.start), first.start).trim() === '';
  const deeper = alone ? indentAt(code.text, first.start) : `${indent}\t`;
  if (failure.branch.kind === 'compound_statement') {
    if (!alone) return `the error path of ${shown} stands on one line`;
    const place = lineEnd(code.text, failure.branch.start);
    const opens = code.text.slice(failure.branch.start + 1, place).trim() === '';
    return opens
      ? { edits: [{ start: place, end: place, text: deeper + release + lineBreak }] }
      : `the error path of ${shown} starts with a comment`;
  }
  if (code.text.slice(condition.end, failure.branch.start).trim() !== '') {
    return `a comment is in the error path of ${shown}`;
  }
  return {
    edits: [
      {
        start: condition.end,
        end: failure.branch.start,
        text: ` {${lineBreak}${deeper}${release}${lineBreak}${deeper}`,
      },
      { start: failure.branch.end, end: failure.branch.end, text: `${lineBreak}${indent}}` },
    ],
  };
}
