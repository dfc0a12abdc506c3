import type { Span } from '../base/span.js';
import type { Models } from '../models/types.js';
import type { FunctionItem } from '../outline/types.js';
import { type SanitisedSource, sanitise } from '../syntax/sanitise.js';
import type { Parser } from '../syntax/types.js';
import { lowerAnnotations, lowerUnguarded } from './expressions/annotated.js';
import { closeSkeleton } from './lowering/close.js';
import { lowerCondition } from './lowering/conditions.js';
import { type Grammar, Lowering, type LoweredText } from './lowering/lowering.js';
import { MacroTable } from './macros/macro-table.js';
import type { OutlinePart } from './outline-part.js';
import { isParsed, isTooLarge, parse, TextTooLarge, unparsed } from './parsed.js';
import { settleJumps } from './lowering/scopes.js';
import { lowerBody, lowerStatement, lowerStatements } from './lowering/statements.js';
import { lowerInto, lowerUnused, lowerValue } from './expressions/values.js';
import type { Skeleton } from './types.js';

/** What lowers each part of C. */
export const GRAMMAR: Grammar = {
  value: lowerValue,
  unused: lowerUnused,
  into: lowerInto,
  condition: lowerCondition,
  statements: lowerStatements,
  body: lowerBody,
};

const tables = new WeakMap<OutlinePart, MacroTable>();

/** The macro table of a file; memoized per outline. */
export function macrosOf(outline: OutlinePart, models: Models): MacroTable {
  let table = tables.get(outline);
  if (table === undefined) tables.set(outline, (table = new MacroTable(outline, models)));
  return table;
}

/** The sanitised text of one function of a file, as `--print shadow` shows it. */
export function sanitisedFunction(
  text: string,
  outline: OutlinePart,
  index: number,
  models: Models,
): SanitisedSource {
  const item = outline.functions[index]!;
  const macros = macrosOf(outline, models);
  return sanitise(textOf(text, item), item.bodyStart - item.start, models, (name) => macros.shape(name));
}

/** The text of a definition; of one that a macro makes, as the macro puts it together. */
function textOf(text: string, { start, end, made }: FunctionItem): string {
  if (made === undefined) return text.slice(start, end);
  const head = text.slice(start, start + made.from).replace(/\S/gu, ' ');
  const body = text.slice(start + made.from, end);
  const shown = made.isObject ? body.replace(OBJECT, ofObject) : body;
  return made.before + head.slice(made.before.length) + shown + made.behind;
}

const OBJECT = /\b_T\b(\s*->\s*lock\b)?/gu;

/** The object's lock is the first parameter, its other members are behind the second one. */
function ofObject(_found: string, lock: string | undefined): string {
  return lock === undefined ? '_F' : `_T${' '.repeat(lock.length)}`;
}

/**
 * The skeleton of `outline.functions[index]`; `text` is the whole file. Lines of spans are relative to the function's
 * first line.
 */
export function buildSkeleton(
  text: string,
  outline: OutlinePart,
  index: number,
  parser: Parser,
  models: Models,
): Skeleton {
  const item = outline.functions[index]!;
  const isLookedAt = isParsed(item);
  const sanitised = isLookedAt
    ? sanitisedFunction(text, outline, index, models)
    : sanitise(' '.repeat(item.bodyStart - item.start), item.bodyStart - item.start, models);
  const column = columnOf(text, item.start);
  const close = (l: Lowering): Skeleton =>
    closeSkeleton(l, {
      name: item.name,
      returns: item.returns,
      annotations: item.annotations,
      lockSites: checkSites(l, sanitised),
    });
  const begin = (source: LoweredText): Lowering => {
    const l = new Lowering(
      models,
      source,
      {
        outline,
        table: macrosOf(outline, models),
        parser,
        line: item.line,
        condition: item.condition,
      },
      GRAMMAR,
    );
    declareParameters(l, item);
    return l;
  };
  try {
    if (!isLookedAt) throw new TextTooLarge(item.name);
    const source = parse(parser, sanitised, column);
    const l = begin(isElsewhere(item) ? { ...source, spanOf: () => extentOf(item, column) } : source);
    lowerAnnotations(l, item);
    lowerUnguarded(l, item);
    lowerFunction(l);
    return close(l);
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    // Nothing is lowered.
    const l = begin(unparsed(sanitised, column));
    const end = sanitised.source.length;
    l.gap('function-too-large', end, end, error.message);
    return close(l);
  }
}

function columnOf(text: string, offset: number): number {
  return offset - text.lastIndexOf('\n', offset - 1);
}

/** Whether nothing in the file is the text of a definition: all of it is where it was made. */
function isElsewhere({ start, end, made }: FunctionItem): boolean {
  return made !== undefined && made.from === end - start;
}

function extentOf({ start, end }: FunctionItem, column: number): Span {
  return { line: 0, column, endLine: 0, endColumn: column + end - start };
}

function declareParameters(l: Lowering, item: FunctionItem): void {
  for (const [index, { name, type }] of item.parameters.entries()) {
    l.parameters.push({ name, type });
    if (name !== '') l.scope.names.set(name, l.table.parameter(index));
  }
}

/** Lowers the block that makes up the whole text. */
export function lowerFunction(l: Lowering): void {
  const { tree } = l.source;
  const { source } = l.source.sanitised;
  for (const offset of tree.errors) l.gap('syntax-error', offset, offset, snippet(source, offset));
  for (const node of l.children(0)) lowerStatement(l, node);
  const at = l.source.spanOf(source.length - 1, source.length);
  l.end({ k: 'return', value: -1, at });
  settleJumps(l);
}

function snippet(source: string, offset: number): string {
  return source
    .slice(offset, offset + 40)
    .split('\n', 1)[0]!
    .trim();
}

/**
 * Checks the invariant that every lock call of the text is in the tree or recorded as a gap. Returns the number in the
 * tree.
 */
function checkSites(l: Lowering, sanitised: SanitisedSource): number {
  let found = 0;
  for (const site of sanitised.sites) {
    const end = site.offset + site.name.length;
    if (site.isDropped) l.gap('arm-dropped', site.offset, end, site.name);
    else if (l.sites.has(site.offset)) found++;
    else l.gap('lock-outside-tree', site.offset, end, site.name);
  }
  return found;
}
