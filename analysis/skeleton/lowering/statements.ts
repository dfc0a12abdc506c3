import type { Span } from '../../base/span.js';
import type { ArmGroup } from '../../syntax/arms.js';
import { branch, inLoop, testLiteral } from './branches.js';
import { lowerCondition } from './conditions.js';
import { readCall } from '../expressions/calls.js';
import { brokenOut } from '../expressions/counters.js';
import { lowerDeclaration } from './declarations.js';
import { LoopHead, openBlock, STOP } from './flow.js';
import { lowerHead } from './heads.js';
import { notAll } from '../../outline/tokens/literals.js';
import type { JumpTarget, Lowering, OpenSwitch } from './lowering.js';
import { inScope, jump, jumpToLabel, leaveArm, placeLabel, runCleanups } from './scopes.js';
import type { ExprId } from '../types.js';
import { lowerUnused, lowerValue } from '../expressions/values.js';

/** An item of a statement list. Labels and cases are items of their own, before the statement they label. */
interface Item {
  readonly node: number;
  readonly k: 'statement' | 'label' | 'case';
  readonly offset: number;
}

/** Lowers a list of statements whose text begins at `from`; `#if` arms among them become branches. */
export function lowerStatements(l: Lowering, nodes: readonly number[], from: number): void {
  const items: Item[] = [];
  for (const node of nodes) collect(l, node, items);
  lowerItems(l, items, 0, items.length, from);
}

function collect(l: Lowering, node: number, items: Item[]): void {
  const type = l.type(node);
  const offset = l.startOf(node);
  if (type === 'labeled_statement') {
    items.push({ node, k: 'label', offset });
    for (const child of l.children(node).slice(1)) collect(l, child, items);
  } else if (type === 'case_statement') {
    items.push({ node, k: 'case', offset });
    const children = l.children(node);
    for (const child of hasCaseValue(l, node) ? children.slice(1) : children) collect(l, child, items);
  } else items.push({ node, k: 'statement', offset });
}

function hasCaseValue(l: Lowering, node: number): boolean {
  return l.source.sanitised.text.startsWith('case', l.startOf(node));
}

function lowerItems(l: Lowering, items: readonly Item[], from: number, to: number, offset: number): void {
  const groups = l.source.sanitised.arms;
  let at = from;
  while (at < to) {
    const item = items[at]!;
    const group = groups.length === 0 ? undefined : outermost(groups, item.offset, offset);
    if (group === undefined) {
      lowerItem(l, item);
      at++;
      continue;
    }
    let end = at;
    while (end < to && items[end]!.offset < group.end) end++;
    lowerArms(l, items, at, end, group);
    at = end;
  }
}

/** The outermost group that contains an offset and begins at or after `from`. */
function outermost(groups: readonly ArmGroup[], offset: number, from: number): ArmGroup | undefined {
  for (const group of groups)
    if (group.start >= from && group.start <= offset && offset < group.end) return group;
  return undefined;
}

/** Lowers `#if A … #elif B … #else … #endif` to branches: A, else B, else the rest. */
function lowerArms(l: Lowering, items: readonly Item[], from: number, to: number, group: ArmGroup): void {
  const join = openBlock();
  const settled = new Set<string>();
  const span = l.source.spanOf(group.start, group.start);
  let at = from;
  for (const arm of group.arms) {
    let end = at;
    while (end < to && items[end]!.offset < arm.end) end++;
    const otherwise = openBlock();
    // Here, the conditions of the previous arms are known to be false.
    const own = arm.isElse ? [] : arm.literals.filter((literal) => !settled.has(literal));
    for (const literal of own) testLiteral(l, literal, otherwise, span);
    if (own.length > 0) settled.add(notAll(own));
    const depth = l.cleanups.length;
    lowerItems(l, items, at, end, arm.start + 1);
    leaveArm(l, depth, (elsewhere, place) => {
      for (const literal of arm.literals) testLiteral(l, literal, elsewhere, place);
    });
    l.fallInto(join);
    l.begin(otherwise);
    at = end;
  }
  l.fallInto(join);
}

function lowerItem(l: Lowering, item: Item): void {
  if (item.k === 'label') placeLabel(l, l.text(item.node + 1));
  else if (item.k === 'case') lowerCase(l, item.node);
  else lowerStatement(l, item.node);
}

export function lowerStatement(l: Lowering, node: number): void {
  switch (l.type(node)) {
    case 'compound_statement':
      lowerBlock(l, node);
      return;
    case 'expression_statement':
      lowerExpressionStatement(l, node);
      return;
    case 'declaration':
      lowerDeclaration(l, node);
      return;
    case 'if_statement':
      lowerIf(l, node);
      return;
    case 'while_statement':
      if (!lowerHead(l, node)) lowerWhile(l, node);
      return;
    case 'do_statement':
      lowerDo(l, node);
      return;
    case 'for_statement':
      lowerFor(l, node);
      return;
    case 'switch_statement':
      lowerSwitch(l, node);
      return;
    case 'labeled_statement':
    case 'case_statement':
      lowerStatements(l, [node], l.startOf(node));
      return;
    case 'goto_statement': {
      const label = l.first(node);
      if (label >= 0) jumpToLabel(l, l.text(label), l.span(node));
      return;
    }
    case 'break_statement':
      jump(l, l.breakTo, l.span(node));
      return;
    case 'continue_statement':
      jump(l, l.continueTo, l.span(node));
      return;
    case 'return_statement':
      lowerReturn(l, node);
      return;
    case 'attributed_statement':
    case 'ERROR':
    case 'else_clause':
      for (const child of l.children(node)) lowerStatement(l, child);
      return;
    case 'type_definition':
    case 'struct_specifier':
    case 'union_specifier':
    case 'enum_specifier':
      return;
    default:
      lowerUnused(l, node);
  }
}

export function lowerBlock(l: Lowering, node: number): void {
  inScope(l, l.source.spanOf(l.endOf(node) - 1, l.endOf(node)), () =>
    lowerStatements(l, l.children(node), l.startOf(node) + 1),
  );
}

/** Lowers a statement in its own scope, even without braces. */
export function lowerBody(l: Lowering, node: number): void {
  if (node < 0) return;
  if (l.source.tail?.offset === l.startOf(node)) {
    l.source.tail.lower();
    return;
  }
  if (l.type(node) === 'compound_statement') lowerBlock(l, node);
  else inScope(l, l.span(node), () => lowerStatements(l, [node], l.startOf(node)));
}

function lowerExpressionStatement(l: Lowering, node: number): void {
  const start = l.startOf(node);
  const mark = l.source.sanitised.marks.get(start);
  if (mark?.k === 'label') placeLabel(l, mark.name);
  const inner = l.first(node);
  if (inner < 0) return;
  if (mark?.k === 'computed-goto') {
    lowerUnused(l, inner);
    l.gap('unresolved-call', start, l.endOf(node), 'computed goto');
    l.end({ k: 'stop' });
    return;
  }
  if (!returnsByMacro(l, inner)) lowerUnused(l, inner);
}

/** Lowers a macro that returns from this function, as `return_ptr(p);`. One that the file defines is expanded instead. */
function returnsByMacro(l: Lowering, node: number): boolean {
  const isCall = l.type(node) === 'call_expression';
  if (!isCall && l.type(node) !== 'identifier') return false;
  const name = l.text(isCall ? l.first(node) : node);
  const argument = l.models.returnsArg(name);
  if (argument === undefined || argument >= 0 !== isCall || l.macros?.table.has(name) === true) return false;
  lowerReturned(l, (isCall ? readCall(l, node).args[argument] : undefined) ?? -1, l.span(node));
  return true;
}

function lowerIf(l: Lowering, node: number): void {
  if (lowerHead(l, node)) return;
  const [condition, consequence, alternative] = l.children(node);
  if (condition === undefined) return;
  const yes = openBlock();
  const join = openBlock();
  const no = alternative === undefined ? join : openBlock();
  lowerCondition(l, condition, yes, no);
  l.begin(yes);
  lowerBody(l, consequence ?? -1);
  l.goTo(join);
  if (alternative !== undefined) {
    l.begin(no);
    lowerBody(l, l.first(alternative));
    l.goTo(join);
  }
  l.begin(join);
}

function lowerWhile(l: Lowering, node: number): void {
  const [condition, body] = l.children(node);
  if (condition === undefined) return;
  const head = openBlock();
  const inside = openBlock();
  const exit = openBlock();
  l.fallInto(head);
  lowerCondition(l, condition, inside, exit, new LoopHead());
  l.begin(inside);
  inLoop(l, exit, head, () => lowerBody(l, body ?? -1));
  l.goTo(head);
  l.begin(exit);
}

function lowerDo(l: Lowering, node: number): void {
  const [body, condition] = l.children(node);
  if (body === undefined) return;
  const inside = openBlock();
  const test = openBlock();
  const exit = openBlock();
  const broken = condition === undefined ? exit : brokenOut(l, condition, exit);
  l.fallInto(inside);
  inLoop(l, broken, test, () => lowerBody(l, body));
  l.fallInto(test);
  if (condition === undefined) l.goTo(exit);
  else if (l.source.sanitised.marks.get(l.startOf(condition))?.k === 'head') {
    branch(l, l.table.unknown(), inside, exit, l.span(condition), new LoopHead());
  } else lowerCondition(l, condition, inside, exit, new LoopHead());
  l.begin(exit);
}

interface ForParts {
  readonly initializer: number;
  readonly condition: number;
  readonly update: number;
  readonly body: number;
}

/** The optional parts of a for statement, separated by semicolons. */
function forParts(l: Lowering, node: number): ForParts {
  const children = l.children(node);
  const body = children.pop() ?? -1;
  const { text } = l.source.sanitised;
  const parts = [-1, -1, -1];
  let clause = 0;
  let offset = l.startOf(node);
  for (const child of children) {
    for (; offset < l.startOf(child); offset++) if (text[offset] === ';') clause++;
    parts[Math.min(clause, 2)] = child;
    offset = l.endOf(child);
    // A declaration includes its semicolon.
    if (l.type(child) === 'declaration') clause++;
  }
  return { initializer: parts[0]!, condition: parts[1]!, update: parts[2]!, body };
}

function lowerFor(l: Lowering, node: number): void {
  const { initializer, condition, update, body } = forParts(l, node);
  const end = l.source.spanOf(l.endOf(node) - 1, l.endOf(node));
  inScope(l, end, () => {
    if (initializer >= 0) lowerStatement(l, initializer);
    const isSection = runsOnce(l, initializer, condition, update);
    const head = openBlock();
    const inside = openBlock();
    const next = openBlock();
    const exit = openBlock();
    l.fallInto(head);
    if (condition >= 0 && !isSection) lowerCondition(l, condition, inside, exit, new LoopHead());
    else l.goTo(inside);
    l.begin(inside);
    inLoop(l, exit, next, () => lowerBody(l, body));
    l.fallInto(next);
    if (update >= 0) lowerUnused(l, update);
    l.goTo(isSection ? exit : head);
    l.begin(exit);
  });
}

/**
 * Whether a for statement is a section that runs its body once, as macros write it: `for (w = lock(x); w; w =
 * unlock(x, w))`. Its start gets the value that it tests, and its step gives that value back.
 */
function runsOnce(l: Lowering, initializer: number, condition: number, update: number): boolean {
  if (initializer < 0 || condition < 0 || update < 0) return false;
  const tested = /^[\s(]*(\w+)[\s)]*$/.exec(l.text(condition))?.[1];
  if (tested === undefined) return false;
  const called = new RegExp(`^[\\s(]*${tested}[\\s)]*=[\\s(]*(\\w+)\\s*\\(`);
  const [begins] = called.exec(l.text(initializer))?.slice(1) ?? [];
  const [ends] = called.exec(l.text(update))?.slice(1) ?? [];
  return begins !== undefined && ends !== undefined && l.models.soundsLikeRelease(ends);
}

function lowerSwitch(l: Lowering, node: number): void {
  const [value, body] = l.children(node);
  if (value === undefined || body === undefined) return;
  const on = lowerValue(l, value);
  const head = l.current;
  const exit = openBlock();
  const outer = l.openSwitch;
  const open: OpenSwitch = { cases: [], otherwise: undefined };
  const breakTo: JumpTarget | undefined = l.breakTo;
  l.openSwitch = open;
  l.breakTo = { block: exit, cleanups: l.cleanups.length };
  l.begin(openBlock());
  lowerBlock(l, body);
  l.fallInto(exit);
  l.openSwitch = outer;
  l.breakTo = breakTo;
  head.exit ??= { k: 'switch', on, cases: open.cases, otherwise: open.otherwise ?? exit, at: l.span(value) };
}

function lowerCase(l: Lowering, node: number): void {
  const block = openBlock();
  const open = l.openSwitch;
  if (open !== undefined) {
    if (!hasCaseValue(l, node)) open.otherwise ??= block;
    else if (l.source.sanitised.marks.get(l.startOf(node))?.k === 'case-macro') {
      const value = l.table.unknown();
      open.cases.push({ from: value, to: value, block });
    } else {
      const [from, to] = caseRange(l, node + 1);
      open.cases.push({ from, to, block });
    }
  }
  l.fallInto(block);
}

function caseRange(l: Lowering, value: number): readonly [ExprId, ExprId] {
  if (l.type(value) === 'binary_expression' && l.source.sanitised.marks.size > 0) {
    const left = value + 1;
    const right = l.tree.next[left]!;
    for (let offset = l.endOf(left); offset < l.startOf(right); offset++) {
      if (l.source.sanitised.marks.get(offset)?.k === 'range')
        return [lowerValue(l, left), lowerValue(l, right)];
    }
  }
  const only = lowerValue(l, value);
  return [only, only];
}

function lowerReturn(l: Lowering, node: number): void {
  lowerReturned(l, l.first(node), l.span(node));
}

function lowerReturned(l: Lowering, inner: number, at: Span): void {
  const arms = inner < 0 ? undefined : armsWithAddress(l, inner);
  if (arms !== undefined) {
    const [condition, ...chosen] = arms;
    const [yes, no] = [openBlock(), openBlock()];
    lowerCondition(l, condition, yes, no);
    for (const [i, block] of [yes, no].entries()) {
      l.begin(block);
      lowerReturned(l, chosen[i]!, at);
    }
    return;
  }
  const value = inner < 0 ? -1 : lowerValue(l, inner);
  runCleanups(l, 0, at);
  l.end(l.macros?.isMacro === true ? STOP : { k: 'return', value, at });
}

/** The parts of `c ? &a->lock : NULL`: as two returns, they tell callers which object they get. */
function armsWithAddress(l: Lowering, node: number): readonly [number, number, number] | undefined {
  const at = l.withoutParentheses(node);
  if (l.type(at) !== 'conditional_expression') return undefined;
  const [condition, one, other] = l.children(at);
  if (condition === undefined || one === undefined || other === undefined) return undefined;
  const isAddress = (arm: number): boolean =>
    l.type(arm) === 'pointer_expression' && l.source.sanitised.text[l.startOf(arm)] === '&';
  return isAddress(one) || isAddress(other) ? [condition, one, other] : undefined;
}
