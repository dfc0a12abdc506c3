import type { Models } from '../models/types.js';
import type { FunctionItem } from '../outline/types.js';
import { type Shadow, shadowOf } from '../syntax/shadow.js';
import type { FlatTree, Parser } from '../syntax/types.js';
import { lowerAnnotations } from './annotated.js';
import { closeSkeleton } from './close.js';
import { Lowering, type Source, spansOf } from './lowering.js';
import { MacroTable } from './macro-table.js';
import type { OutlinePart } from './outline-part.js';
import { settleJumps } from './scopes.js';
import { lowerStatement } from './statements.js';
import type { Skeleton } from './types.js';

const tables = new WeakMap<OutlinePart, MacroTable>();

/** The macros of a file; made once per outline. */
export function macrosOf(outline: OutlinePart, models: Models): MacroTable {
  let table = tables.get(outline);
  if (table === undefined) tables.set(outline, (table = new MacroTable(outline, models)));
  return table;
}

/** The text of one function of a file made parsable; a stage to print. */
export function functionShadow(text: string, outline: OutlinePart, index: number, models: Models): Shadow {
  const item = outline.functions[index]!;
  const macros = macrosOf(outline, models);
  return shadowOf(text.slice(item.start, item.end), item.bodyStart - item.start, models, (name) =>
    macros.shape(name),
  );
}

/** The skeleton of `outline.functions[index]`; `text` is the whole file's. Spans count lines from the function's first. */
export function buildSkeleton(
  text: string,
  outline: OutlinePart,
  index: number,
  parser: Parser,
  models: Models,
): Skeleton {
  const item = outline.functions[index]!;
  const shadow = functionShadow(text, outline, index, models);
  const column = columnOf(text, item.start);
  const close = (l: Lowering): Skeleton =>
    closeSkeleton(l, {
      name: item.name,
      returns: item.returns,
      annotations: item.annotations,
      lockSites: checkSites(l, shadow),
    });
  const begin = (source: Source): Lowering => {
    const l = new Lowering(models, source, {
      outline,
      table: macrosOf(outline, models),
      parser,
      line: item.line,
      condition: item.condition,
    });
    declareParameters(l, item);
    return l;
  };
  try {
    const l = begin(parse(parser, shadow, column));
    lowerAnnotations(l, item);
    lowerFunction(l);
    return close(l);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Nested deeper than the stack: nothing of it is understood.
    const l = begin({
      shadow,
      tree: EMPTY_TREE,
      spanOf: spansOf(shadow.source, column),
      isOwn: true,
      tail: undefined,
    });
    l.gap('syntax-error', shadow.source.length, shadow.source.length, 'nested too deeply');
    return close(l);
  }
}

const EMPTY_TREE: FlatTree = {
  count: 0,
  names: [],
  kind: new Uint16Array(0),
  start: new Uint32Array(0),
  end: new Uint32Array(0),
  next: new Uint32Array(0),
  errors: [],
};

function columnOf(text: string, offset: number): number {
  return offset - text.lastIndexOf('\n', offset - 1);
}

export function parse(parser: Parser, shadow: Shadow, column: number): Source {
  const parsed = parser.parse(shadow.text);
  const tree = parsed.flatten();
  parsed.delete();
  return { shadow, tree, spanOf: spansOf(shadow.source, column), isOwn: true, tail: undefined };
}

function declareParameters(l: Lowering, item: FunctionItem): void {
  for (const [index, { name, type }] of item.parameters.entries()) {
    l.parameters.push({ name, type });
    if (name !== '') l.scope.names.set(name, l.table.parameter(index));
  }
}

/** Lowers the block that the whole text is. */
export function lowerFunction(l: Lowering): void {
  const { tree } = l.source;
  const { source } = l.source.shadow;
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

/** Invariant: every lock call of the text is in the tree or a gap. Returns how many are in the tree. */
function checkSites(l: Lowering, shadow: Shadow): number {
  let found = 0;
  for (const site of shadow.sites) {
    const end = site.offset + site.name.length;
    if (site.isDropped) l.gap('arm-dropped', site.offset, end, site.name);
    else if (l.sites.has(site.offset)) found++;
    else l.gap('lock-outside-tree', site.offset, end, site.name);
  }
  return found;
}
