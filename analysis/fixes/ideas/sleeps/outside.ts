import { lastWord } from '../../../base/words.js';
import type { StoryStep } from '../../../checks/types.js';
import { shortName } from '../../../graph/orders/side.js';
import { callAt, lockCall, lockCalls, text, type LockCall } from '../../text/calls.js';
import {
  all,
  identifiers,
  isAsWritten,
  memberOf,
  parts,
  plainText,
  walk,
  type CodeNode,
  type FunctionCode,
} from '../../text/code.js';
import { lineBreakAt, toFileEdits, type TextEdit } from '../../text/edits.js';
import { hasDirective, linesOf } from '../../text/layout.js';
import { membersBetween, nextMember } from '../../text/pair.js';
import { localTypes, valuePath } from '../../text/path.js';
import { driverFiles } from '../../moves/driver.js';
import { openFunction } from '../../text/source.js';
import { isOnly, memberNames, resultOf } from './alone.js';
import { isUnder, type Body } from './under-lock.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';

export const OUTSIDE = 'outside';

/**
 * Proposes to move a sleeping call out of its section: before the section if the call obtains a counted object or
 * passes time, behind it if the call returns one. Only for calls that need no lock of their caller, only across plain
 * assignments (a delay not across any that other code sees), and only if other tasks cannot change the call's
 * arguments. `undefined` for other calls.
 */
export function proposeOutside(input: FixInput): FixOutcome | undefined {
  const [holds, step, next] = input.finding.story;
  if (!holds || !step || next || holds.file !== step.file || holds.function !== step.function)
    return undefined;
  const [lock] = input.finding.locks;
  const code = openFunction(input, step.file, step);
  if (typeof code === 'string' || lock === undefined) return undefined;
  const call = callAt(code, step);
  const [callee] = call ? parts(call) : [];
  const to = callee && input.models.unlocked(text(code, callee));
  if (!call || !callee || to === undefined) return undefined;
  const plan = planOutside({ input, code, call, lock, to }, holds);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: OUTSIDE, reason: plan }] };
  const where =
    to === 'behind' ? `after ${shortName(lock)} is released` : `before ${shortName(lock)} is taken`;
  const fix: ProposedFix = {
    title: `Call ${text(code, callee)}() ${where}`,
    kind: OUTSIDE,
    verified: false,
    edits: toFileEdits(code.file, code.text, plan.edits),
    regions: [{ file: code.file, start: plan.start, end: plan.end }],
  };
  return { fixes: [fix], refusals: [] };
}

export interface CallToMove {
  readonly input: FixInput;
  readonly code: FunctionCode;
  readonly call: CodeNode;
  /** Lock class, as shown. */
  readonly lock: string;
  readonly to: 'before' | 'behind' | 'delay';
  /** Whether the call must be the first or last statement of the section. */
  readonly isAtEdge?: boolean;
  /** Whether the section may end with its block, so that only the path to its beginning is inspected. */
  readonly mayEndWithBlock?: boolean;
  /** Whether the section may end anywhere. */
  readonly mayEndAnywhere?: boolean;
  /**
   * Whether the call may be exchanged with any statement that runs once and does not set its arguments, together with
   * adjacent calls of the same function.
   */
  readonly overtakes?: boolean;
  /** Whether a statement that clears a member tested by the enclosing `if` may follow the call there. */
  readonly mayClear?: boolean;
}

export interface OutsidePlan {
  readonly edits: readonly TextEdit[];
  readonly start: number;
  readonly end: number;
}

/** The edits that move a call out of the section that begins at `holds`, or the reason against it. */
export function planOutside(moving: CallToMove, holds: StoryStep): OutsidePlan | string {
  const { input, code, call, lock, to, isAtEdge = false, overtakes = false } = moving;
  const name = plainText(code, parts(call)[0] ?? call);
  const section = sectionAround(moving, holds);
  if (typeof section === 'string') return section;
  const { took, take, moved, release } = section;
  const isBehind = to === 'behind' && release !== undefined;
  const group = overtakes
    ? alike(code, section.list, moved)
    : isBehind && !isAtEdge
      ? withFollowing(input, code, moved, release)
      : [moved];
  const [head = moved, tail = moved] = [group[0], group.at(-1)];
  const crossed = isBehind
    ? membersBetween(section.list, tail, release)
    : membersBetween(section.list, take, head);
  const own = new Set(group.flatMap((each) => [...identifiers(code, each), ...memberNames(code, each)]));
  const first = crossed.find(({ kind }) => kind !== 'comment');
  // What is in between may use the result.
  const isResult = resultOf(code, moved, call) !== undefined;
  if ((isAtEdge || isResult) && first) return `\`${plainText(code, first)}\` is in between`;
  for (const member of crossed) {
    const reason = overtakes
      ? notOnce(code, member, own)
      : notPlain(input, code, member, own, to === 'delay');
    if (reason !== undefined) return reason;
  }
  for (const each of group) {
    const changing = mayChange(moving, took, each);
    if (changing !== undefined) return changing;
  }
  if (isBehind) {
    const gone = mayBeGone(moving, took, moved, release);
    if (gone !== undefined) return gone;
  }
  const movedLines = linesOf(code, head, tail);
  const edge = isBehind ? release : take;
  const edgeLines = linesOf(code, edge, edge);
  const from = Math.min(movedLines?.start ?? 0, edgeLines?.start ?? 0);
  const end = Math.max(movedLines?.end ?? 0, edgeLines?.end ?? 0);
  if (!movedLines || !edgeLines || !isAsWritten(code, from, end) || hasDirective(code.text, from, end))
    return `other code shares the lines of ${name}() or of an operation on ${lock}`;
  const isBehindBlank = BLANK_ABOVE.test(code.text.slice(0, movedLines.start));
  const blank = BLANK_LINE.exec(code.text.slice(movedLines.end))?.[0].length ?? 0;
  const gone = { start: movedLines.start, end: movedLines.end + (isBehindBlank ? blank : 0), text: '' };
  const written = code.text.slice(movedLines.start, movedLines.end);
  // Keep the blank line that sets off the section.
  const lineBreak = lineBreakAt(code.text, movedLines.start);
  if (isBehind) {
    const isApart = BLANK_ABOVE.test(code.text.slice(0, edgeLines.start));
    const place = { start: edgeLines.end, end: edgeLines.end, text: (isApart ? lineBreak : '') + written };
    return { edits: [gone, place], start: from, end };
  }
  const isApart = BLANK_LINE.test(code.text.slice(edgeLines.end));
  const place = { start: edgeLines.start, end: edgeLines.start, text: written + (isApart ? lineBreak : '') };
  return { edits: [gone, place], start: from, end };
}

/** A statement with those up to the release, if they all are calls that need no lock. */
function withFollowing(
  { models }: FixInput,
  code: FunctionCode,
  moved: CodeNode,
  release: CodeNode,
): readonly CodeNode[] {
  const group = [moved];
  for (let at = nextMember(moved); at !== undefined && at !== release; at = nextMember(at)) {
    const [call] = at.kind === 'expression_statement' ? parts(at) : [];
    const callee = call?.kind === 'call_expression' ? parts(call)[0] : undefined;
    if (!call || !callee || models.unlocked(plainText(code, callee)) !== 'behind') return [moved];
    group.push(at);
  }
  return group;
}

/** A statement with adjacent ones that call the same function, all of them `call();`. */
function alike(code: FunctionCode, list: CodeNode, moved: CodeNode): readonly CodeNode[] {
  const nameOf = (member: CodeNode | undefined): string | undefined => {
    const call = member?.kind === 'expression_statement' ? parts(member)[0] : undefined;
    const callee = call?.kind === 'call_expression' ? parts(call)[0] : undefined;
    return callee && plainText(code, callee);
  };
  const members = parts(list);
  const wanted = nameOf(moved);
  let [from, to] = [members.indexOf(moved), members.indexOf(moved)];
  if (wanted === undefined) return [moved];
  while (nameOf(members[from - 1]) === wanted) from--;
  while (nameOf(members[to + 1]) === wanted) to++;
  return members.slice(from, to + 1);
}

/** Why a statement may run more than once or set an argument of the call; `undefined` if it does neither. */
function notOnce(code: FunctionCode, member: CodeNode, own: ReadonlySet<string>): string | undefined {
  const shown = plainText(code, member);
  for (const node of walk(member)) {
    if (/^(?:for|while|do|macro)_/.test(node.kind)) return `the loop \`${shown}\` is in between`;
    if (!/^(?:assignment|update)_expression$/.test(node.kind)) continue;
    const target = parts(node)[0];
    const name = target && lastWord(plainText(code, target));
    if (name === undefined || own.has(name)) return `\`${shown}\` in between changes an argument of the call`;
  }
  return undefined;
}

const BLANK_ABOVE = /\n[ \t]*\r?\n$/;
const BLANK_LINE = /^[ \t]*\r?\n/;

/** A section that begins and ends in one block, and the block's statement that is to leave it. */
interface Section {
  readonly took: LockCall;
  readonly list: CodeNode;
  readonly take: CodeNode;
  readonly moved: CodeNode;
  /** Absent if the section ends with its block. */
  readonly release: CodeNode | undefined;
}

function sectionAround(moving: CallToMove, holds: StoryStep): Section | string {
  const { input, code, call, lock, mayEndWithBlock = false } = moving;
  const name = plainText(code, parts(call)[0] ?? call);
  const taken = callAt(code, holds);
  const take = taken && memberOf(taken);
  const inner = memberOf(call);
  const block = inner?.parent;
  // The section may be in the block of a condition as a whole.
  const isInBlock = take !== undefined && take.parent === block;
  const moved = !isInBlock && block?.parent?.kind === 'if_statement' ? memberOf(block) : inner;
  const list = moved?.parent;
  const isResult = moving.to === 'behind' && moved !== undefined && resultOf(code, moved, call) !== undefined;
  if (!moved || !list || !(isResult || isOnly(input.models, code, moved, call, moving.mayClear ?? false)))
    return `${name}() is part of a larger statement`;
  const took = taken && lockCall(code, input.models, taken);
  const isForBlock = took?.form === 'guard' && mayEndWithBlock;
  const isOpen = isForBlock || moving.mayEndAnywhere === true;
  const isPlain = took?.api.op === 'acquire' && (took.form === 'call' || isForBlock);
  // Who jumps to a label in front of it takes the lock, too.
  const isLabelled = moving.to === 'behind' && take?.kind === 'labeled_statement';
  if (!took || !isPlain || !take || (taken.parent !== take && !(isLabelled && taken.parent?.parent === take)))
    return `${lock} is not taken by a plain call`;
  if (take.parent !== list || take.start > moved.start)
    return `${lock} is not taken in the block in which ${name}() is called`;
  let release: CodeNode | undefined;
  for (let at = isOpen ? undefined : nextMember(moved); at !== undefined; at = nextMember(at)) {
    const calls = lockCalls(code, input.models, at);
    if (calls.length === 0) continue;
    const [first, ...more] = calls;
    const isRelease =
      more.length === 0 &&
      first?.form === 'call' &&
      first.api.op === 'release' &&
      first.name === took.name &&
      first.node.parent === at &&
      at.kind === 'expression_statement';
    if (!isRelease) return `another lock operation stands between ${name}() and the release of ${lock}`;
    release = at;
    break;
  }
  if (release === undefined && !isOpen)
    return `${lock} is not released in the block in which ${name}() is called`;
  for (const member of membersBetween(list, take, moved)) {
    if (lockCalls(code, input.models, member).length > 0)
      return `another lock operation stands between taking ${lock} and ${name}()`;
    const jump = [...walk(member)].find(({ kind }) =>
      /^(?:return|goto|break|continue|labeled)_statement$/.test(kind),
    );
    if (jump) return `\`${plainText(code, jump)}\` stands between taking ${lock} and ${name}()`;
  }
  return { took, list, take, moved, release };
}

/** Why the call must not be exchanged with a statement of the section; `undefined` if it may. */
function notPlain(
  { models }: FixInput,
  code: FunctionCode,
  member: CodeNode,
  own: ReadonlySet<string>,
  isDelay: boolean,
): string | undefined {
  const shown = plainText(code, member);
  const other = `\`${shown}\` is in between`;
  if (member.kind === 'comment') return undefined;
  const assignment = member.kind === 'expression_statement' ? parts(member)[0] : undefined;
  if (!assignment || !/^(?:assignment|update)_expression$/.test(assignment.kind)) return other;
  const isCalling = all(assignment, 'call_expression').some(
    (node) => models.transparent(plainText(code, parts(node)[0] ?? node)) === undefined,
  );
  if (isCalling) return other;
  const [target] = parts(assignment);
  if (!target) return other;
  const name = lastWord(plainText(code, target));
  if (name === undefined || own.has(name)) return `\`${shown}\` in between changes an argument of the call`;
  if (!isDelay || localTypes(code).has(plainText(code, target))) return undefined;
  return `for the whole delay, other code would see the state from before \`${shown}\``;
}

/** Why the call's arguments may have other values without the lock; `undefined` if they do not. */
function mayChange(moving: CallToMove, took: LockCall, moved: CodeNode): string | undefined {
  const { input, code, lock } = moving;
  const context = { code, models: input.models, program: input.program };
  const values = [
    ...all(moved, 'argument_list').flatMap((list) => parts(list)),
    ...(moved.kind === 'if_statement' ? parts(moved).slice(0, 1) : []),
  ];
  for (const value of values) {
    const { opaque, loads, globals } = valuePath(context, conditionOf(value));
    if (opaque && !isTest(input, code, conditionOf(value)))
      return `${opaque.text} may be something else where ${lock} is not held`;
    const words = isTest(input, code, conditionOf(value))
      ? memberNames(code, value)
      : [...loads.keys(), ...globals];
    for (const each of words) {
      const last = lastWord(each);
      if (last === undefined || isSetWith(moving, took, last))
        return `${each} may change where ${lock} is not held`;
    }
  }
  return undefined;
}

function conditionOf(value: CodeNode): CodeNode {
  return value.kind === 'parenthesized_expression' ? (parts(value)[0] ?? value) : value;
}

/** Whether a condition only tests for errors or NULL: `!IS_ERR(x->clk)`, `!x->clk`, `x->clk != NULL`. */
function isTest({ models }: FixInput, code: FunctionCode, value: CodeNode): boolean {
  return [...walk(value)].every(
    (node) =>
      !node.named ||
      /^(?:identifier|field_identifier|field_expression|argument_list|unary_expression|binary_expression|parenthesized_expression|null|number_literal|true|false)$/.test(
        node.kind,
      ) ||
      (node.kind === 'call_expression' &&
        models.errorTest(plainText(code, parts(node)[0] ?? node)) !== undefined),
  );
}

/** Whether a function of the driver sets a variable or member of this name and takes the lock. */
function isSetWith({ input, code, lock }: CallToMove, took: LockCall, word: string): boolean {
  const set = new RegExp(
    `(?<!\\w)${word}\\s*(?:[-+|&^]?=(?!=)|\\+\\+|--)|(?:\\+\\+|--)[\\w>.-]*(?<!\\w)${word}(?!\\w)`,
  );
  return driverFunctions(input, code).some(
    (one) => !one.isOwn && set.test(one.body) && isUnder(input, one, took, lock),
  );
}

/** Why a task that waits for the lock may free the object with the call's arguments; `undefined` if none does. */
function mayBeGone(
  { input, code, lock }: CallToMove,
  took: LockCall,
  moved: CodeNode,
  release: CodeNode,
): string | undefined {
  const roots = [...identifiers(code, moved)].filter((word) => localTypes(code).has(word));
  const used = new Set(
    all(code.body, 'identifier')
      .filter(({ start }) => start > release.end)
      .map((node) => text(code, node)),
  );
  if (roots.every((root) => used.has(root))) return undefined;
  const frees = driverFunctions(input, code).some(
    (one) =>
      !one.isOwn &&
      one.calls.some((name) => input.models.api(name)?.k === 'free') &&
      isUnder(input, one, took, lock),
  );
  return frees ? `a waiter for ${lock} may free what is passed to the call` : undefined;
}

interface OfDriver extends Body {
  readonly isOwn: boolean;
  readonly calls: readonly string[];
}

/** The functions of the driver, in the worst case including others that use the same names. */
function driverFunctions(input: FixInput, code: FunctionCode): OfDriver[] {
  const found: OfDriver[] = [];
  for (const file of driverFiles(input.program, code.file)) {
    const whole = input.textOf(file);
    for (const [at, item] of (input.program.outline(file)?.functions ?? []).entries()) {
      const isOwn = file === code.file && item.start === code.item.start;
      const fn = input.program.functionAt(file, at);
      found.push({ isOwn, fn, calls: item.calls, body: whole?.slice(item.bodyStart, item.end) ?? '' });
    }
  }
  return found;
}
