import { LineTable } from '../../base/span.js';
import type { Models } from '../../models/types.js';
import type { MacroItem } from '../../outline/types.js';
import { sanitise } from '../../syntax/sanitise.js';
import type { Parser } from '../../syntax/types.js';
import { closeSkeleton } from '../lowering/close.js';
import { Lowering, type LoweredText } from '../lowering/lowering.js';
import type { OutlinePart } from '../outline-part.js';
import { isTooLarge, parse, unparsed } from '../parsed.js';
import { GRAMMAR, macrosOf } from '../skeleton.js';
import { pastesParameter } from './macro-table.js';
import { settleJumps } from '../lowering/scopes.js';
import { lowerStatements } from '../lowering/statements.js';
import type { Skeleton } from '../types.js';
import { lowerValue } from '../expressions/values.js';

/**
 * The skeleton of the function-like macro `outline.macros[index]`, treated as a function with untyped parameters. Lines
 * of spans are relative to the macro's.
 */
export function buildMacroSkeleton(
  text: string,
  outline: OutlinePart,
  index: number,
  parser: Parser,
  models: Models,
): Skeleton {
  const macro = outline.macros[index]!;
  const table = macrosOf(outline, models);
  const block = asBlock(text, macro);
  const sanitised = sanitise(block.text, block.bodyStart, models, (name) => table.shape(name));
  const { column } = macro.nameSpan;
  const begin = (source: LoweredText): Lowering => {
    const l = new Lowering(
      models,
      source,
      {
        outline,
        table,
        parser,
        line: macro.line,
        condition: macro.condition,
        isMacro: true,
      },
      GRAMMAR,
    );
    l.expanding.push(macro.name);
    for (const [position, given] of (macro.parameters ?? []).entries()) {
      const name = given === '...' ? '__VA_ARGS__' : given.replace(/\s*\.\.\.$/u, '');
      l.parameters.push({ name, type: '' });
      l.scope.names.set(name, l.table.parameter(position));
    }
    return l;
  };
  const close = (l: Lowering): Skeleton =>
    closeSkeleton(l, { name: macro.name, returns: '', annotations: [], lockSites: l.sites.size });
  if (table.locks(macro.name) && pastesParameter(macro)) {
    // A call in another file does not say which lock the pasted name means.
    const l = begin(unparsed(sanitised, column));
    l.gap('macro-expansion', 0, 0, `${macro.name}() makes the name of a lock of its argument`);
    return close(l);
  }
  try {
    const l = begin(parse(parser, sanitised, column));
    lowerBody(l);
    return close(l);
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    const l = begin(unparsed(sanitised, column));
    l.gap('function-too-large', 0, 0, error.message);
    return close(l);
  }
}

/** Lowers the body; a macro that is an expression returns its value. */
function lowerBody(l: Lowering): void {
  const { source } = l.source.sanitised;
  for (const offset of l.tree.errors) {
    l.gap(
      'syntax-error',
      offset,
      offset,
      source
        .slice(offset, offset + 40)
        .split('\n', 1)[0]!
        .trim(),
    );
  }
  const block = l.first(0);
  const statements =
    block < 0
      ? []
      : l.children(block).filter((node) => l.type(node) !== 'expression_statement' || l.first(node) >= 0);
  const [only] = statements;
  let value = -1;
  if (statements.length === 1 && only !== undefined && l.type(only) === 'expression_statement') {
    value = lowerValue(l, l.first(only));
  } else lowerStatements(l, statements, 0);
  l.end({ k: 'return', value, at: l.source.spanOf(source.length - 1, source.length) });
  settleJumps(l);
}

/**
 * A definition's text from its name on, with the replacement as a block: `name(a, b` is blanked, `)` becomes the
 * opening brace.
 */
function asBlock(text: string, macro: MacroItem): { readonly text: string; readonly bodyStart: number } {
  const lines = new LineTable(text);
  const start = lines.offsetOf(macro.nameSpan.line, macro.nameSpan.column);
  const end = endOfDirective(text, start);
  const close = text.indexOf(')', start);
  const bodyStart = close < 0 || close >= end ? macro.name.length - 1 : close - start;
  const body = text
    .slice(start + bodyStart + 1, end)
    .replace(/(,\s*)##/gu, '$1  ')
    .replace(/[ \t]*##[ \t]*/gu, (paste) => '_'.repeat(paste.length))
    .replace(/#(?=\s*[A-Za-z_])/gu, ' ');
  return { text: `${' '.repeat(bodyStart)}{${body}\n;}`, bodyStart };
}

function endOfDirective(text: string, from: number): number {
  let at = from;
  for (;;) {
    const newline = text.indexOf('\n', at);
    if (newline < 0) return text.length;
    const before = text[newline - 1] === '\r' ? newline - 2 : newline - 1;
    if (text[before] !== '\\') return newline;
    at = newline + 1;
  }
}
