import type { Span } from '../base/span.js';
import type { FileOutline, MacroItem } from '../outline/types.js';
import { shadowOf } from '../syntax/shadow.js';
import type { Parser } from '../syntax/types.js';
import type { Call } from './calls.js';
import { lowerCondition, type LoopHead } from './conditions.js';
import { argumentTexts, splitMacro, substitute } from './expansion.js';
import type { OpenBlock } from './flow.js';
import type { Lowering, Source } from './lowering.js';
import type { MacroTable } from './macro-table.js';
import { lowerStatements } from './statements.js';
import type { ExprId } from './types.js';
import { lowerValue, lowerUnused } from './values.js';

/** What expanding needs beside the lowering itself. */
export interface MacroContext {
  readonly outline: FileOutline;
  readonly table: MacroTable;
  readonly parser: Parser;
  /** 1-based line of the text being lowered. */
  readonly line: number;
  /** The text is a macro's body: what returns in it ends the function that uses it. */
  readonly isMacro?: boolean;
}

/** Deeper nesting of expansions is cut off. */
const DEEPEST = 12;
/** Expansions of one function, all together, in characters. */
const LONGEST = 200_000;

/** The macro of this file that a call must be expanded by. */
export function macroFor(l: Lowering, name: string, node: number): MacroItem | undefined {
  const macro = l.macros?.table.toExpand(name, lineOf(l, node));
  return macro === undefined || l.expanding.includes(name) ? undefined : macro;
}

function lineOf(l: Lowering, node: number): number {
  return (l.macros?.line ?? 0) + l.span(node).line;
}

/** An identifier that is an object-like macro of this file standing for an expression. */
export function expandIdentifier(l: Lowering, name: string, node: number): ExprId | undefined {
  const macro = l.macros?.table.object(name, lineOf(l, node));
  if (macro === undefined || l.expanding.includes(name)) return undefined;
  return inExpansion(l, name, macro.body, l.span(node), false, (statements, single) => {
    if (single !== undefined) return lowerValue(l, single);
    lowerStatements(l, statements, 0);
    return l.table.unknown();
  });
}

export function expandCall(l: Lowering, macro: MacroItem, call: Call, isWanted: boolean): ExprId {
  return (
    expand(l, macro, call, (statements, single) => {
      if (single !== undefined && isWanted) return lowerValue(l, single);
      if (single !== undefined) lowerUnused(l, single);
      else lowerStatements(l, statements, 0);
      return l.table.unknown();
    }) ?? l.table.unknown()
  );
}

/** Expands a call that is a condition. Returns the value to branch on where the expansion was no condition itself. */
export function expandCondition(
  l: Lowering,
  macro: MacroItem,
  call: Call,
  whenTrue: OpenBlock,
  whenFalse: OpenBlock,
  loop: LoopHead | undefined,
  isNegated: boolean,
): ExprId | undefined {
  return expand(l, macro, call, (statements, single) => {
    if (single === undefined) {
      lowerStatements(l, statements, 0);
      return l.table.unknown();
    }
    lowerCondition(l, single, whenTrue, whenFalse, loop, isNegated);
    return undefined;
  });
}

type Work = (statements: readonly number[], single: number | undefined) => ExprId | undefined;

function expand(l: Lowering, macro: MacroItem, call: Call, work: Work): ExprId | undefined {
  noteSites(l, call.start, call.end);
  const text = substitute(splitMacro(macro), argumentTexts(l, call));
  return inExpansion(l, macro.name, text, l.source.spanOf(call.start, call.end), false, work);
}

/** Lock calls among a macro's arguments are in the tree, whatever the macro makes of them. */
function noteSites(l: Lowering, start: number, end: number): void {
  if (!l.source.isOwn) return;
  for (const site of l.source.shadow.sites) {
    if (site.offset >= start && site.offset < end && !site.isDropped) l.sites.add(site.offset);
  }
}

function inExpansion(
  l: Lowering,
  name: string,
  text: string,
  at: Span,
  isOwn: boolean,
  work: Work,
): ExprId | undefined {
  const context = l.macros;
  l.expanded += text.length;
  if (context === undefined || l.expanding.length >= DEEPEST || l.expanded > LONGEST) {
    l.gaps.push({ kind: 'macro-expansion', at, detail: name });
    return l.table.unknown();
  }
  const shadow = shadowOf(`{${text}\n;}`, 0, l.models, (word) => context.table.shape(word));
  const parsed = context.parser.parse(shadow.text);
  const tree = parsed.flatten();
  parsed.delete();
  const outer = l.source;
  if (tree.errors.length > 0) {
    l.gaps.push({ kind: 'macro-expansion', at, detail: name });
    return l.table.unknown();
  }
  const source: Source = { shadow, tree, spanOf: () => at, isOwn };
  l.source = source;
  l.expanding.push(name);
  const result = work(...contents(l));
  l.expanding.pop();
  l.source = outer;
  return result;
}

/** The statements of an expansion; of one that is a single expression its node. */
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

/** Lowers an argument that is a statement: its text was blanked in the shadow. */
export function lowerRaw(l: Lowering, node: number): void {
  const mark = l.source.shadow.marks.get(l.startOf(node));
  if (mark?.k !== 'raw') {
    lowerUnused(l, node);
    return;
  }
  noteSites(l, mark.start, mark.end);
  const text = l.source.shadow.source.slice(mark.start, mark.end);
  inExpansion(l, text, text, l.source.spanOf(mark.start, mark.end), false, (statements) => {
    lowerStatements(l, statements, 0);
    return undefined;
  });
}
