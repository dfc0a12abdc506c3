import { shortName } from '../../graph/orders/side.js';
import { callsOfLock, isSameLock, type ClassCall } from '../moves/class-calls.js';
import { callAt, text } from '../text/calls.js';
import { all, isAsWritten, isList, parts, type CodeNode, type FunctionCode } from '../text/code.js';
import { indentAt, lineBreakAt, lineStart, overlap, toFileEdits, type TextEdit } from '../text/edits.js';
import { operator } from '../text/forms.js';
import { hasDirective, linesOf } from '../text/layout.js';
import { nextMember, previousMember } from '../text/pair.js';
import { openFunction } from '../text/source.js';
import { isOwnVariable } from '../moves/leaves.js';
import { LOOP, pastLoop, type Arrivals } from '../moves/past-loop.js';
import { FREE, HELD, statesOf, type States } from '../text/states.js';
import type { FixInput, FixOutcome, ProposedFix } from '../types.js';

export const SKIP_RELEASE = 'skip-release';
/** The same for a lock that functions take and release whose arguments differ. */
const SKIP_RELEASE_HELPER = 'skip-release-helper';

/**
 * Proposes that jumps which arrive without the lock skip the release at their label, or directly behind the loop that
 * they leave: through the return that follows it, the label that follows it, or a new label. The text must show for each
 * path to the release whether it holds the lock.
 */
export function proposeSkipRelease(input: FixInput): FixOutcome {
  const [id = 'the lock'] = input.finding.locks;
  const plan = planSkip(input, id);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: SKIP_RELEASE, reason: plan }] };
  const { code, edits, from, end, isHelper } = plan;
  const fix: ProposedFix = {
    title: `Skip the release of ${shortName(id)} in ${code.item.name}() where it is not held`,
    kind: isHelper ? SKIP_RELEASE_HELPER : SKIP_RELEASE,
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
  /** From the label or the release to the code after the release. */
  readonly from: number;
  readonly end: number;
  /** Whether the release is given only some of what the acquisition names. */
  readonly isHelper: boolean;
}

function planSkip(input: FixInput, id: string): SkipPlan | string {
  const { finding } = input;
  if (finding.confidence !== 'high') return `it is not certain that ${id} is not held`;
  const code = openFunction(input, finding.at.file, finding.at);
  if (typeof code === 'string') return code;
  const call = callAt(code, finding.at);
  const release = call?.parent;
  const meeting = release && meetingAt(release);
  if (!call || release === undefined || meeting === undefined)
    return `the release of ${id} is neither at a label nor directly behind a loop`;
  if (!isList(meeting.at.parent)) return `other labels precede the release`;
  const calls = callsOfLock(input, code, id);
  if (!calls.some(({ node, op, mayFail }) => node === call && op === 'give' && !mayFail))
    return `what line ${finding.at.line} releases is not clear`;
  // The states below do not distinguish two locks of one class.
  const names = new Set(calls.map(({ lock, given }) => lock?.name ?? [...given].join(', ')));
  // The result of a call that takes the lock may be an error, which its release is not given.
  const isHelper = names.size > 1;
  if (isHelper && !areOfOneLock(calls)) return `${code.item.name}() names more than one lock of the class`;
  const states = statesOf(code, (node) => calls.find((one) => one.node === node));
  if (!states) return `the text of ${code.item.name}() does not show which paths hold ${id}`;
  const ways = waysTo(code, states, meeting);
  if (typeof ways === 'string') return ways;
  const { without, isHeld, isKept } = ways;
  if (without.length === 0) return `no jump arrives without ${id}`;
  if (!isHeld) return `no path arrives at the release with ${id} held`;
  const target = targetOf(code, meeting.at);
  if (typeof target === 'string') return target;
  const edits: TextEdit[] = without.map(
    (jump) => returnOfConstant(code, jump, target.jump) ?? instead(jump, ofError(code, jump, target.jump)),
  );
  if (target.label) edits.push(target.label);
  if (!isKept && meeting.loop === undefined) {
    const gone = withoutLabel(code, meeting.at, release);
    if (gone === undefined) return `other code shares the line of the label`;
    edits.push(gone);
  }
  return overlap(edits)
    ? 'the edits would overlap'
    : { code, edits, from: meeting.at.start, end: target.end, isHelper };
}

/** `return err;` for `return err ?: len;` where `err` is not zero. */
function ofError(code: FunctionCode, jump: CodeNode, by: string): string {
  const [, error] = /^return (\w+) \?: [^;]*;$/.exec(by) ?? [];
  const [test, arm] = jump.parent?.kind === 'if_statement' ? parts(jump.parent) : [];
  return error !== undefined && test && arm === jump && text(code, test) === `(${error})`
    ? `return ${error};`
    : by;
}

/** Whether every release is of the lock that every acquisition takes. */
function areOfOneLock(calls: readonly ClassCall[]): boolean {
  const takes = calls.filter(({ op }) => op === 'take');
  const gives = calls.filter(({ op }) => op === 'give');
  return gives.every((give) => takes.every((take) => give.given.size > 0 && isSameLock(give, take)));
}

function instead({ start, end }: CodeNode, jump: string): TextEdit {
  return { start, end, text: jump };
}

/** `return -EIO;` for `ret = -EIO;` with a jump that becomes `return ret;`, without braces for nothing else. */
function returnOfConstant(code: FunctionCode, jump: CodeNode, by: string): TextEdit | undefined {
  const above = previousMember(jump);
  const [stored] = above?.kind === 'expression_statement' ? parts(above) : [];
  const [target, value] = stored?.kind === 'assignment_expression' ? parts(stored) : [];
  if (!above || !stored || !target || !value || by !== `return ${text(code, target)};`) return undefined;
  if (operator(stored) !== '=' || !/^(?:-\s*)?[A-Z]\w*$|^(?:NULL|false|true|-?\d+)$/.test(text(code, value)))
    return undefined;
  if (!isOwnVariable(code, text(code, target)) || !isAsWritten(code, above.start, jump.end)) return undefined;
  if (code.text.slice(above.end, jump.start).trim() !== '') return undefined;
  const leave = `return ${text(code, value)};`;
  const block = jump.parent;
  const choice = block?.kind === 'compound_statement' ? block.parent : undefined;
  const [test, arm, other] = choice?.kind === 'if_statement' ? parts(choice) : [];
  const isAlone =
    block !== undefined &&
    code.text.slice(block.start + 1, block.end - 1).trim() === code.text.slice(above.start, jump.end);
  if (!test || arm !== block || other !== undefined || !isAlone || choice?.parent?.kind === 'else_clause')
    return { start: above.start, end: jump.end, text: leave };
  const indent = `${lineBreakAt(code.text, test.end)}${indentAt(code.text, above.start)}`;
  return { start: test.end, end: block.end, text: indent + leave };
}

/** A release at which several paths meet. */
interface Meeting {
  /** The label of the release, or the release itself. */
  readonly at: CodeNode;
  /** The loop directly in front of a release without a label. */
  readonly loop?: CodeNode;
}

function meetingAt(release: CodeNode): Meeting | undefined {
  const { parent } = release;
  if (release.kind !== 'expression_statement' || parent === undefined) return undefined;
  if (parent.kind === 'labeled_statement') return { at: parent };
  const loop = previousMember(release);
  return loop && LOOP.test(loop.kind) ? { at: release, loop } : undefined;
}

interface Ways {
  /** Jumps that arrive without the lock. */
  readonly without: readonly CodeNode[];
  /** Whether any path arrives with it held. */
  readonly isHeld: boolean;
  /** Whether a jump to the label remains. */
  readonly isKept: boolean;
}

function waysTo(code: FunctionCode, states: States, meeting: Meeting): Ways | string {
  const { jumps, falls, name } = meeting.loop
    ? pastLoop(states, meeting.loop)
    : toLabel(code, states, meeting.at);
  const known = jumps.map((jump) => states.before.get(jump) ?? 0);
  if (known.includes(FREE | HELD) || (falls & FREE) !== 0)
    return `where ${code.item.name}() ${name}, the lock may or may not be held, and the source does not show which`;
  return {
    without: jumps.filter((_, at) => known[at] === FREE),
    isHeld: falls === HELD || known.includes(HELD),
    isKept: known.some((state) => state !== FREE),
  };
}

function toLabel(code: FunctionCode, states: States, label: CodeNode): Arrivals {
  const name = labelName(code, label);
  const above = previousMember(label);
  return {
    jumps: all(code.body, 'goto_statement').filter((jump) => labelName(code, jump) === name),
    falls: above ? (states.after.get(above) ?? 0) : 0,
    name: `goes to ${name}`,
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

/** The target of a jump that skips the release, which begins at a label or by itself, or why there is none. */
function targetOf(code: FunctionCode, label: CodeNode): Target | string {
  const next = nextMember(label);
  const isLabel = label.kind === 'labeled_statement';
  const name = isLabel ? labelName(code, label) : 'unlock';
  if (next === undefined) {
    const isEnd = label.parent === code.body && code.item.returns === 'void';
    return isEnd ? { jump: 'return;', end: label.end } : `the release is the last statement of a block`;
  }
  if (hasDirective(code.text, label.start, next.end) || !isAsWritten(code, label.start, next.end))
    return `a macro or a preprocessor directive follows the release`;
  if (next.kind === 'labeled_statement') return { jump: `goto ${labelName(code, next)};`, end: next.start };
  if (next.kind === 'goto_statement') return { jump: text(code, next), end: next.start };
  const isCalling = all(next, 'call_expression').length > 0;
  if (next.kind === 'return_statement' && !isCalling) return { jump: text(code, next), end: next.start };
  const added = name.endsWith('unlock') ? `${name}ed` : `${name}_unlocked`;
  const isTaken = new RegExp(`(?<!\\w)${added}(?!\\w)`).test(text(code, code.body));
  const lines = linesOf(code, next, next);
  if (isTaken || lines === undefined || next.kind === 'declaration')
    return `there is no place for a label after the release`;
  const line = `${isLabel ? indentAt(code.text, label.start) : ''}${added}:${lineBreakAt(code.text, label.start)}`;
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
