import { absolute } from '../../../base/span.js';
import { waitRank } from '../../../graph/orders/side.js';
import type { ChainStep, LockClass } from '../../../graph/events/types.js';
import { aKind, kindText } from '../../../models/kind-text.js';
import type { LockApi } from '../../../models/types.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import { functionOf } from '../../text/callers.js';
import { callAt, lockCallAt, lockCalls, shownCall, text, type LockCall } from '../../text/calls.js';
import { all, isList, parts, plainText, type CodeNode, type FunctionCode } from '../../text/code.js';
import { indentAt, lineBreakAt, lineEnd, lineStart, type TextEdit } from '../../text/edits.js';
import { insertBefore, insertBehind } from '../../text/insert.js';
import { commentsIn, withoutStatement } from '../../text/layout.js';
import type { Plan } from '../../text/pair.js';
import { localTypes, lockPath } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import type { FixInput } from '../../types.js';
import { brief } from '../between.js';
import { contains, spanOf, type Outer, type Widened } from './span.js';
import { quietCall } from './quiet.js';
import { unstable } from '../stable.js';

/** A lock that is taken under another one in the same function, at most the other one by a callee. */
export interface Hoist {
  readonly input: FixInput;
  readonly code: FunctionCode;
  readonly from: LockClass;
  readonly to: LockClass;
  /** Where the function takes the first lock, or calls the function that does. */
  readonly holds: readonly ChainStep[];
  readonly takes: ChainStep;
}

/** The plan of a hoist, with the class, as shown, that is held over more than before. */
export interface HoistPlan extends Plan {
  readonly widened: string;
}

/**
 * Moves the acquisition of the second lock, wherever it is, in front of the statement that takes the first. The release
 * moves only if a jump would miss it. In between, the first lock is held, so that no order appears that the code does
 * not have: whatever is taken there is already taken after the second lock, by way of the other side of the cycle.
 */
export function planHoist(hoist: Hoist): HoistPlan | string {
  const { input, code, to, takes } = hoist;
  const inner = lockCallAt(code, input.models, takes.at);
  const took = inner?.node.parent;
  if (inner?.form !== 'call' || inner.api.op !== 'acquire' || took?.kind !== 'expression_statement')
    return `${to.id} is not taken by a plain call`;
  const outer = outerOf(hoist);
  if (typeof outer === 'string') return outer;
  const release = releaseOf(hoist, inner);
  if (typeof release === 'string') return release;
  const kinds = kindsForbid(hoist, outer.lock.api, inner);
  if (kinds !== undefined) return kinds;
  const span = spanOf(hoist, outer, took, release);
  if (typeof span === 'string') return span;
  const reason =
    restoresTooEarly(hoist, inner, release, span) ??
    otherPath(hoist, outer, inner, span) ??
    loud(hoist, outer, inner, span);
  if (reason !== undefined) return reason;
  return edits(hoist, inner, { took, release, span });
}

function outerOf({ input, code, from, holds }: Hoist): Outer | string {
  const [first, second, ...more] = holds;
  const taken = `${from.id} is not taken by a plain call`;
  if (first === undefined || more.length > 0) return taken;
  const own = lockCallAt(code, input.models, first.at);
  if (own !== undefined) return { node: own.node, lock: own, isOwn: true };
  const node = callAt(code, first.at);
  const below = second && openFunction(input, second.at.file, second.at);
  const lock = typeof below === 'object' && second ? lockCallAt(below, input.models, second.at) : undefined;
  return node && lock ? { node, lock, isOwn: false } : taken;
}

/** The only release of the second lock, which has only one acquisition. */
function releaseOf({ input, code, to }: Hoist, inner: LockCall): CodeNode | string {
  const own = lockCalls(code, input.models, code.body).filter(
    ({ name, api }) => name === inner.name && /^(?:acquire|try|release)$/.test(api.op),
  );
  const [release, more] = own.filter(({ api }) => api.op === 'release');
  const statement = release?.node.parent;
  const isOnce = own.length === 2 && release !== undefined && more === undefined;
  if (!isOnce) return `${to.id} is not taken and released exactly once in ${code.item.name}()`;
  return release.form === 'call' && statement?.kind === 'expression_statement'
    ? statement
    : `${shownCall(code, release)} is part of a larger expression`;
}

function kindsForbid({ code, from, to }: Hoist, outer: LockApi, inner: LockCall): string | undefined {
  const ranks = [waitRank(from.kind), waitRank(to.kind)];
  const [outerRank, innerRank] = ranks;
  if (outerRank === undefined || innerRank === undefined)
    return `${aKind(outerRank === undefined ? from.kind : to.kind)} cannot be swapped with another lock`;
  if (outerRank > innerRank)
    return `${from.id} (${kindText(from.kind)}) must not be taken under ${to.id} (${kindText(to.kind)})`;
  const { api } = inner;
  if (api.subclassArg !== undefined || api.nestArg !== undefined || api.callbackArg !== undefined)
    return `${shownCall(code, inner)} does more than take a lock`;
  if (outer.subclassArg !== undefined || outer.nestArg !== undefined || outer.callbackArg !== undefined)
    return `the nesting level of ${from.id} fits only the current order`;
  // Bottom halves are disabled by a count.
  if (outer.irq !== undefined || (outer.bh === true && api.bh !== true))
    return `the acquisition of ${from.id} changes the interrupt state, in which ${to.id} is taken`;
  return undefined;
}

/** Why the release would enable interrupts while the first lock is held; `undefined` if it does not. */
function restoresTooEarly(
  { input, code, from, to }: Hoist,
  { api }: LockCall,
  release: CodeNode,
  { last, isMirrored }: Widened,
): string | undefined {
  if (api.irq === undefined || isMirrored) return undefined;
  return last !== release || heldAt(input, code, release).includes(from.id)
    ? `the release of ${to.id} would enable interrupts while ${from.id} is held`
    : undefined;
}

/** Why the second lock may be another one, or not be there, in front of the first acquisition. */
function otherPath(
  { input, code, from, to }: Hoist,
  outer: Outer,
  inner: LockCall,
  { members, list, first }: Widened,
): string | undefined {
  const { models, program } = input;
  const context = { code, models, program };
  const pair = { ...context, inner, outer: outer.lock, outerId: from.id, innerId: to.id, scope: code.body };
  const reason = unstable(pair);
  if (reason !== undefined) return reason;
  const { locals, loads } = lockPath(context, inner);
  const parameters = new Set(code.item.parameters.map(({ name }) => name));
  const types = localTypes(code);
  for (const local of locals) {
    const sets = [...all(code.body, 'init_declarator'), ...all(code.body, 'assignment_expression')].filter(
      (node) => text(code, parts(node)[0] ?? node).replace(/^[\s*]+/, '') === local,
    );
    const isBefore = sets.every(({ end }) => end < first.start) && (sets.length > 0 || parameters.has(local));
    if (!isBefore || !types.has(local)) return `${local} is set after ${from.id} is taken`;
  }
  const isAlways = inner.node.parent?.parent === list && members.every((member) => !jumps(member));
  const span = { list, first, members };
  const missing = [...locals].find((local) => !isAlways && !isRead(code, local, span));
  if (missing !== undefined) return `${missing} may be NULL where ${to.id} is not taken`;
  const [load] = isAlways ? [] : loads.keys();
  return load === undefined ? undefined : `${load} may be NULL where ${to.id} is not taken`;
}

function jumps(member: CodeNode): boolean {
  return all(member, 'goto_statement').length > 0;
}

/** Whether the function reads through a pointer on every path to the first acquisition, or right after it. */
function isRead(
  code: FunctionCode,
  local: string,
  { list, first, members }: Pick<Widened, 'list' | 'first' | 'members'>,
): boolean {
  const isThrough = (node: CodeNode | undefined): boolean =>
    node !== undefined &&
    all(node, 'field_expression').some(
      (field) =>
        text(code, parts(field)[0] ?? field) === local && field.children.some(({ kind }) => kind === '->'),
    );
  const always = (member: CodeNode): boolean =>
    /^(?:expression_statement|declaration)$/.test(member.kind)
      ? isThrough(member)
      : member.kind === 'if_statement' && isThrough(parts(member)[0]);
  for (const member of members) {
    if (always(member)) return true;
    if (jumps(member)) break;
  }
  for (let at: CodeNode | undefined = list, before = first; at; before = at, at = at.parent) {
    const inner = before;
    if (isList(at) && parts(at).some((member) => member.end <= inner.start && always(member))) return true;
  }
  return false;
}

/** Why the second lock must not be held over the code in between: it may take that lock, wait, or take others alone. */
function loud(hoist: Hoist, outer: Outer, inner: LockCall, { members, first }: Widened): string | undefined {
  const { input, code, from, to } = hoist;
  for (const member of members) {
    const named = all(member, 'field_expression').find(
      (node) => plainText(code, node) === inner.name.replace(/^&/, '') && !isOperand(input, code, node),
    );
    if (named) return `\`${brief(code, named.parent ?? named)}\` in between uses ${to.id} itself`;
    for (const call of all(member, 'call_expression')) {
      if (outer.isOwn && call !== outer.node && contains(outer.node, call)) continue;
      const name = text(code, parts(call)[0] ?? call);
      if (call.end <= inner.node.start && input.models.takesReference(name))
        return `\`${brief(code, call)}\` in between takes or drops a reference`;
      const isLock = lockCalls(code, input.models, call).some(({ node }) => node === call);
      const isHeld =
        heldAt(input, code, call).includes(from.id) && isCertain(input, code, outer, first, call);
      const held = heldAt(input, code, call).includes(to.id);
      // The second lock is held there today, or the lock operation is compared by the verification.
      if (held || (isLock && (isHeld || call === outer.node || call === inner.node))) continue;
      if (
        isLock &&
        lockCallAt(code, input.models, code.lines.span(call.start, call.end))?.api.op === 'release'
      )
        continue;
      const reason = quietCall(input, code, call, {
        lock: to.id,
        under: isHeld ? undefined : from.id,
      });
      if (reason !== undefined) return reason;
    }
  }
  return undefined;
}

/** Whether every path to a call takes the first lock, and none of them releases it. */
function isCertain(
  { models }: FixInput,
  code: FunctionCode,
  { node, lock }: Outer,
  first: CodeNode,
  call: CodeNode,
): boolean {
  let block: CodeNode | undefined = node;
  while (block && block.kind !== 'macro_head' && !isList(block)) block = block.parent;
  const isBehind = first.kind === 'expression_statement' || (block !== undefined && contains(block, call));
  return (
    isBehind &&
    !lockCalls(code, models, code.body).some(
      ({ api, name, node: other }) =>
        api.op === 'release' && name === lock.name && other.start > node.end && other.end <= call.start,
    )
  );
}

/** Whether a lock's expression is an argument of an operation on it. */
function isOperand({ models }: FixInput, code: FunctionCode, node: CodeNode): boolean {
  return lockCalls(code, models, code.body).some(({ node: call }) => contains(call, node));
}

/** The locks, as shown, that are held before a call; none if it was not interpreted. */
function heldAt(input: FixInput, code: FunctionCode, node: CodeNode): readonly string[] {
  const fn = functionOf(input, code);
  const summary = fn && input.analysis.summary(fn);
  const call = node.kind === 'call_expression' ? node : parts(node)[0];
  for (const event of eventsOf(fn && input.program.skeleton(fn))) {
    const { line, column } = absolute(event.at, fn?.line ?? 1);
    if (code.lines.offsetOf(line, column) !== call?.start) continue;
    const held = summary?.heldAt.get(event.id);
    if (held !== undefined) return held.map(({ id }) => id);
  }
  return [];
}

interface Places {
  readonly took: CodeNode;
  readonly release: CodeNode;
  readonly span: Widened;
}

function edits({ code, to }: Hoist, inner: LockCall, { took, release, span }: Places): HoistPlan | string {
  const asIs = `the lines of ${shownCall(code, inner)} are shared with other code`;
  const placed = insertBefore(code, span.first, text(code, took));
  const stays = span.last === release;
  const behind = stays ? [] : insertBehind(code, span.last, text(code, release));
  const gone = stays ? single(code, took) : (unbraced(code, took, release) ?? both(code, took, release));
  if (!placed || !behind || !gone) return asIs;
  return {
    edits: [...placed, ...gone, ...behind],
    regions: [took, ...(stays ? [] : [release])].map(({ start, end }) => ({ start, end })),
    widened: to.id,
  };
}

/** Removes a statement, but not the comment above it, which is about the section. */
function single(code: FunctionCode, statement: CodeNode): readonly TextEdit[] | undefined {
  const edit = isList(statement.parent) ? withoutStatement(code, statement) : undefined;
  if (edit === undefined) return undefined;
  const own = lineStart(code.text, statement.start);
  return [{ ...edit, start: commentsIn(code, edit.start, own).length > 0 ? own : edit.start }];
}

function both(code: FunctionCode, took: CodeNode, release: CodeNode): readonly TextEdit[] | undefined {
  const found = [single(code, took), single(code, release)];
  return found.every((each) => each !== undefined) ? found.flat() : undefined;
}

/** Removes both calls and the braces of their block, if one statement remains in it. */
function unbraced(code: FunctionCode, took: CodeNode, release: CodeNode): readonly TextEdit[] | undefined {
  const block = took.parent;
  const test = block?.parent;
  if (block?.kind !== 'compound_statement' || block !== release.parent || !test) return undefined;
  const head = test.children[block.index - 1];
  const [rest, more] = parts(block).filter((each) => each !== took && each !== release);
  const whole = code.text;
  const isPlain =
    /^(?:if|for|while)_statement$/.test(test.kind) &&
    head !== undefined &&
    test.children.at(-1) === block &&
    rest?.kind === 'expression_statement' &&
    more === undefined &&
    !code.comments.some(({ start, end }) => start >= block.start && end <= block.end) &&
    lineEnd(whole, rest.start) > rest.end &&
    whole.slice(block.end, lineEnd(whole, block.end)).trim() === '' &&
    whole.slice(lineStart(whole, rest.start), rest.start).trim() === '';
  if (!isPlain) return undefined;
  const gap = lineBreakAt(whole, head.start) + indentAt(whole, rest.start);
  return [
    { start: head.end, end: rest.start, text: gap },
    { start: rest.end, end: block.end, text: '' },
  ];
}
