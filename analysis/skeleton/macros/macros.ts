import type { Span } from '../../base/span.js';
import type { MacroItem } from '../../outline/types.js';
import { sanitise } from '../../syntax/sanitise.js';
import { branch, testLiteral } from '../lowering/branches.js';
import { argumentTexts, splitMacro, substitute } from './expansion.js';
import { type LoopHead, type OpenBlock, openBlock } from '../lowering/flow.js';
import { lowerCondition, lowerStatements, lowerUnused, lowerValue } from '../lowering/grammar.js';
import type { Call, Lowering, LoweredText } from '../lowering/lowering.js';
import { literalsOf } from '../../outline/tokens/literals.js';
import { treeOrNone } from '../parsed.js';
import type { ExprId } from '../types.js';

/** Maximum nesting depth of expansions. */
const DEEPEST = 12;
/** Maximum total length of a function's expansions, in characters. */
const LONGEST = 200_000;

/** The definitions of a macro of this file with which a call must be expanded; empty for other calls. */
export function macrosFor(l: Lowering, name: string, node: number): readonly MacroItem[] {
  const { macros } = l;
  if (macros === undefined || !macros.table.has(name) || l.expanding.includes(name)) return [];
  return macros.table.toExpand(name, lineOf(l, node), macros.condition);
}

/** The callee's name after resolving object-like macros that rename it. */
export function aliasOf(l: Lowering, name: string, node: number): string {
  return l.macros?.table.has(name) === true ? l.macros.table.alias(name, lineOf(l, node)) : name;
}

function lineOf(l: Lowering, node: number): number {
  return (l.macros?.line ?? 0) + l.span(node).line;
}

/** The value of an identifier that is an object-like macro of this file for an expression. */
export function expandIdentifier(l: Lowering, name: string, node: number): ExprId | undefined {
  const { macros } = l;
  if (macros === undefined || !macros.table.has(name) || l.expanding.includes(name)) return undefined;
  if (l.expanding.length >= DEEPEST) return undefined;
  const macro = macros.table.object(name, lineOf(l, node), macros.condition);
  return macro === undefined ? undefined : inExpansion(l, name, macro.body, l.span(node), valueOf(l, true));
}

export function expandCall(l: Lowering, found: readonly MacroItem[], call: Call, isWanted: boolean): ExprId {
  const [only] = found;
  if (found.length === 1 && only !== undefined)
    return expand(l, only, call, valueOf(l, isWanted)) ?? l.table.unknown();
  const at = l.source.spanOf(call.start, call.end);
  const join = openBlock();
  const value = isWanted ? l.hidden('choice') : l.table.unknown();
  eachDefinition(l, found, at, (macro) => {
    const one = expand(l, macro, call, valueOf(l, isWanted));
    if (isWanted) l.assign(value, one ?? l.table.unknown(), at);
    l.goTo(join);
  });
  l.begin(join);
  return value;
}

/** Expands a call used as a condition to branches. */
export function expandCondition(
  l: Lowering,
  found: readonly MacroItem[],
  call: Call,
  whenTrue: OpenBlock,
  whenFalse: OpenBlock,
  loop: LoopHead | undefined,
  isNegated: boolean,
): void {
  const at = l.source.spanOf(call.start, call.end);
  eachDefinition(l, found, at, (macro) => {
    const value = expand(l, macro, call, (statements, single) => {
      if (single === undefined) {
        lowerStatements(l, statements, 0);
        return l.table.unknown();
      }
      lowerCondition(l, single, whenTrue, whenFalse, loop, isNegated);
      return undefined;
    });
    if (value !== undefined) branch(l, value, whenTrue, whenFalse, at, loop, isNegated);
  });
}

/** Lowers definitions in different `#if` arms as alternatives. `work` ends its block. */
function eachDefinition(
  l: Lowering,
  found: readonly MacroItem[],
  at: Span,
  work: (macro: MacroItem) => void,
): void {
  for (const [index, macro] of found.entries()) {
    const otherwise = openBlock();
    if (index < found.length - 1) {
      for (const literal of literalsOf(macro.condition)) testLiteral(l, literal, otherwise, at);
    }
    work(macro);
    l.begin(otherwise);
  }
}

/**
 * Expands a macro that heads a statement, like `for (…)`; `tail` lowers that statement. Returns false if the file has
 * no such definition.
 */
export function expandHead(l: Lowering, name: string, call: Call, tail: () => void): boolean {
  const { macros } = l;
  if (macros === undefined || macros.table.shape(name) !== 'head' || l.expanding.includes(name)) return false;
  const [macro] = macros.table.definitions(
    name,
    macros.line + l.source.spanOf(call.start, call.end).line,
    macros.condition,
  );
  if (macro?.parameters === undefined) return false;
  const outer = l.source;
  const depth = l.expanding.length;
  const text = substitute(splitMacro(macro), argumentTexts(l, call));
  let isExpanded = false;
  const gaps = l.gaps.length;
  inExpansion(l, name, `${text}\n{}`, l.source.spanOf(call.start, call.end), (statements) => {
    const offset = text.length + 2;
    if (!hasBlockAt(l, offset)) return undefined;
    isExpanded = true;
    l.source.tail = {
      offset,
      lower: () => {
        const inner = l.source;
        const names = l.expanding.splice(depth);
        l.source = outer;
        tail();
        l.source = inner;
        l.expanding.push(...names);
      },
    };
    lowerStatements(l, statements, 0);
    return undefined;
  });
  if (isExpanded) noteSites(l, call.start, call.end);
  else l.gaps.length = gaps;
  return isExpanded;
}

function hasBlockAt(l: Lowering, offset: number): boolean {
  for (let node = 0; node < l.tree.count; node++) {
    if (l.tree.start[node] === offset && l.type(node) === 'compound_statement') return true;
  }
  return false;
}

type Work = (statements: readonly number[], single: number | undefined) => ExprId | undefined;

function expand(l: Lowering, macro: MacroItem, call: Call, work: Work): ExprId | undefined {
  noteSites(l, call.start, call.end);
  const text = substitute(splitMacro(macro), argumentTexts(l, call));
  return inExpansion(l, macro.name, text, l.source.spanOf(call.start, call.end), work);
}

/** Yields the value of an expansion that is one expression; lowers any other for its effects. */
function valueOf(l: Lowering, isWanted: boolean): Work {
  return (statements, single) => {
    if (single !== undefined && isWanted) return lowerValue(l, single);
    if (single !== undefined) lowerUnused(l, single);
    else lowerStatements(l, statements, 0);
    return l.table.unknown();
  };
}

/** Marks the lock calls among a macro's arguments as found, whatever the macro does with them. */
function noteSites(l: Lowering, start: number, end: number): void {
  if (!l.source.isOwn) return;
  for (const site of l.source.sanitised.sites) {
    if (site.offset >= start && site.offset < end && !site.isDropped) l.sites.add(site.offset);
  }
}

function inExpansion(l: Lowering, name: string, text: string, at: Span, work: Work): ExprId | undefined {
  const context = l.macros;
  l.expanded += text.length;
  if (context === undefined || l.expanding.length >= DEEPEST || l.expanded > LONGEST) {
    l.gaps.push({ kind: 'macro-expansion', at, detail: name });
    return l.table.unknown();
  }
  const sanitised = sanitise(`{${text}\n;}`, 0, l.models, (word) => context.table.shape(word));
  const tree = treeOrNone(context.parser, sanitised.text);
  const outer = l.source;
  if (tree === undefined || tree.errors.length > 0) {
    l.gaps.push({ kind: 'macro-expansion', at, detail: name });
    return l.table.unknown();
  }
  const source: LoweredText = { sanitised, tree, spanOf: () => at, isOwn: false, tail: undefined };
  l.source = source;
  l.expanding.push(name);
  const result = work(...contents(l));
  l.expanding.pop();
  l.source = outer;
  return result;
}

/** The statements of an expansion and, if it is a single expression, its node. */
function contents(l: Lowering): [readonly number[], number | undefined] {
  const block = l.first(0);
  if (block < 0) return [[], undefined];
  const statements = l
    .children(block)
    .filter((node) => l.type(node) !== 'expression_statement' || l.first(node) >= 0);
  const [only] = statements;
  const isSingle = statements.length === 1 && only !== undefined && l.type(only) === 'expression_statement';
  return [statements, isSingle ? l.first(only) : undefined];
}

/** Lowers an argument that is a statement, whose text the sanitiser blanks. */
export function lowerRaw(l: Lowering, node: number): void {
  const mark = l.source.sanitised.marks.get(l.startOf(node));
  if (mark?.k !== 'raw') {
    lowerUnused(l, node);
    return;
  }
  noteSites(l, mark.start, mark.end);
  const text = l.source.sanitised.source.slice(mark.start, mark.end);
  inExpansion(l, text, text, l.source.spanOf(mark.start, mark.end), (statements) => {
    lowerStatements(l, statements, 0);
    return undefined;
  });
}
