import { shortName } from '../../graph/orders/side.js';
import { classCalls } from '../moves/class-calls.js';
import { callAt, text } from '../text/calls.js';
import { all, isAsWritten, isList, parts, type CodeNode, type FunctionCode } from '../text/code.js';
import { indentAt, lineBreakAt, lineStart, overlap, toFileEdits, type TextEdit } from '../text/edits.js';
import { hasDirective, linesOf } from '../text/layout.js';
import { nextMember } from '../text/pair.js';
import { openFunction } from '../text/source.js';
import { FREE, HELD, statesOf, type States } from '../text/states.js';
import type { FixInput, FixOutcome, ProposedFix } from '../types.js';

export const SKIP_RELEASE = 'skip-release';

/**
 * Proposes that jumps which arrive without the lock skip the release at their label: through the return that follows
 * it, the label that follows it, or a new label. The text must show for each path to the label whether it holds the
 * lock.
 */
export function proposeSkipRelease(input: FixInput): FixOutcome {
  const [id = 'the lock'] = input.finding.locks;
  const plan = planSkip(input, id);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: SKIP_RELEASE, reason: plan }] };
  const { code, edits, from, end } = plan;
  const fix: ProposedFix = {
    title: `Skip the release of ${shortName(id)} in ${code.item.name}() where it is not held`,
    kind: SKIP_RELEASE,
    verified: false,
    edits: toFileEdits(code.file, code.text, edits),
    regions: [
      { file: code.file, start: from, end },
      ...edits.map(({ start, end: behind }) => ({ file: code.file, start, end: behind })),
    ],
    unreleased: id,
  };
  return { fixes: [fix], refusals: [] };
}

interface SkipPlan {
  readonly code: FunctionCode;
  readonly edits: readonly TextEdit[];
  /** From the label to the code after the release. */
  readonly from: number;
  readonly end: number;
}

function planSkip(input: FixInput, id: string): SkipPlan | string {
  const { finding, analysis } = input;
  if (finding.confidence !== 'high') return `it is not certain that ${id} is not held`;
  const code = openFunction(input, finding.at.file, finding.at);
  if (typeof code === 'string') return code;
  const call = callAt(code, finding.at);
  const release = call?.parent;
  const label = release?.parent;
  if (!call || release?.kind !== 'expression_statement' || label?.kind !== 'labeled_statement')
    return `the release of ${id} does not stand at a label`;
  if (!isList(label.parent)) return `other labels stand in front of the release`;
  const [key] = [...analysis.graph.classes].find(([, one]) => one.id === id) ?? [];
  const calls = key === undefined ? [] : classCalls(input, code, { id, key });
  if (!calls.some(({ node, op, mayFail }) => node === call && op === 'give' && !mayFail))
    return `what line ${finding.at.line} releases is not clear`;
  // The states below do not distinguish two locks of one class.
  const names = new Set(calls.map(({ lock, given }) => lock?.name ?? [...given].join(', ')));
  if (names.size > 1) return `${code.item.name}() names more than one lock of the class`;
  const states = statesOf(code, (node) => calls.find((one) => one.node === node));
  if (!states) return `which paths of ${code.item.name}() hold ${id} cannot be read from the text`;
  const ways = waysTo(code, states, label);
  if (typeof ways === 'string') return ways;
  const { without, isHeld, isKept } = ways;
  if (without.length === 0) return `no jump comes without ${id}`;
  if (!isHeld) return `nobody comes to the release with ${id} held`;
  const target = targetOf(code, label);
  if (typeof target === 'string') return target;
  const edits: TextEdit[] = without.map(({ start, end }) => ({ start, end, text: target.jump }));
  if (target.label) edits.push(target.label);
  if (!isKept) {
    const gone = withoutLabel(code, label, release);
    if (gone === undefined) return `other code shares the line of the label`;
    edits.push(gone);
  }
  return overlap(edits) ? 'the edits would overlap' : { code, edits, from: label.start, end: target.end };
}

interface Ways {
  /** Jumps that arrive without the lock. */
  readonly without: readonly CodeNode[];
  /** Whether any path arrives with it held. */
  readonly isHeld: boolean;
  /** Whether a jump to the label remains. */
  readonly isKept: boolean;
}

function waysTo(code: FunctionCode, states: States, label: CodeNode): Ways | string {
  const name = labelName(code, label);
  const jumps = all(code.body, 'goto_statement').filter((jump) => labelName(code, jump) === name);
  const known = jumps.map((jump) => states.before.get(jump) ?? 0);
  const mixed = `the lock may be held or not where ${code.item.name}() goes to ${name}, and the text does not tell when`;
  if (known.includes(FREE | HELD)) return mixed;
  const siblings = label.parent ? parts(label.parent) : [];
  const above = siblings[siblings.indexOf(label) - 1];
  const falls = above ? (states.after.get(above) ?? 0) : 0;
  if ((falls & FREE) !== 0) return mixed;
  return {
    without: jumps.filter((_, at) => known[at] === FREE),
    isHeld: falls === HELD || known.includes(HELD),
    isKept: known.some((state) => state !== FREE),
  };
}

function labelName(code: FunctionCode, node: CodeNode): string {
  const [name] = parts(node);
  return name ? text(code, name) : '';
}

interface Target {
  /** The replacement of a jump to the label. */
  readonly jump: string;
  /** The label to add. */
  readonly label?: TextEdit;
  readonly end: number;
}

/** The target of a jump that skips the release, or why there is none. */
function targetOf(code: FunctionCode, label: CodeNode): Target | string {
  const next = nextMember(label);
  const name = labelName(code, label);
  if (next === undefined) {
    const isEnd = label.parent === code.body && code.item.returns === 'void';
    return isEnd ? { jump: 'return;', end: label.end } : `the release is the last statement of a block`;
  }
  if (hasDirective(code.text, label.start, next.end) || !isAsWritten(code, label.start, next.end))
    return `a macro or a condition of the preprocessor stands behind the release`;
  if (next.kind === 'labeled_statement') return { jump: `goto ${labelName(code, next)};`, end: next.start };
  const isCalling = all(next, 'call_expression').length > 0;
  if (next.kind === 'return_statement' && !isCalling) return { jump: text(code, next), end: next.start };
  const added = name.endsWith('unlock') ? `${name}ed` : `${name}_unlocked`;
  const isTaken = new RegExp(`(?<!\\w)${added}(?!\\w)`).test(text(code, code.body));
  const lines = linesOf(code, next, next);
  if (isTaken || lines === undefined || next.kind === 'declaration')
    return `there is no place for a label behind the release`;
  const line = `${indentAt(code.text, label.start)}${added}:${lineBreakAt(code.text, label.start)}`;
  return {
    jump: `goto ${added};`,
    label: { start: lines.start, end: lines.start, text: line },
    end: next.start,
  };
}

/** Removes a label without remaining jumps. */
function withoutLabel(code: FunctionCode, label: CodeNode, statement: CodeNode): TextEdit | undefined {
  const start = lineStart(code.text, label.start);
  const end = lineStart(code.text, statement.start);
  const written = code.text.slice(start, end).trim();
  return written === `${labelName(code, label)}:` ? { start, end, text: '' } : undefined;
}
