import { alike } from '../../base/encoding/alike.js';
import { GAP_KINDS } from '../../base/gap.js';
import type { Gap, GapKind } from '../../base/gap.js';
import { list, record, repeated, string, usually, usuallyEmpty, word } from '../../base/encoding/shapes.js';
import type { Out, Shape, EncodedSource } from '../../base/encoding/shapes.js';
import type { Span } from '../../base/span.js';
import type { FunctionAnnotation, Parameter } from '../../outline/types.js';

/** Placeholders in objects that are created before their properties are read. */
export const NOTHING: readonly never[] = [];
export const NOWHERE: Span = { line: 0, column: 0, endLine: 0, endColumn: 0 };

/** Relative to the previous span; most spans are on one line. */
export const span: Shape<Span> = {
  bits: 0,
  headOf: () => 0,
  write: (out, { line, column, endLine, endColumn }) => {
    out.signed(line - out.near.line);
    out.near.line = line;
    out.unsigned(column);
    writeEnd(out, line, column, endLine, endColumn);
  },
  read: (from) => {
    const line = from.near.line + from.signed();
    from.near.line = line;
    return readEnd(from, line, from.unsigned());
  },
};

/** The span of a name: usually as wide as the name and in the same column as the previous one. */
export function spanOf<Owner>(nameOf: (owner: Owner) => string): Shape<Span> {
  return {
    bits: 2,
    headOf: (at, out, owner) => {
      const fits = at.line === at.endLine && at.endColumn === at.column + nameOf(owner as Owner).length;
      return (fits ? 0 : 1) + (at.column === out.near.column ? 0 : 2);
    },
    write: (out, { line, column, endLine, endColumn }, head) => {
      out.signed(line - out.near.line);
      out.near.line = line;
      if (head >= 2) out.unsigned(column);
      out.near.column = column;
      if (head % 2 === 1) writeEnd(out, line, column, endLine, endColumn);
    },
    read: (from, head, owner) => {
      const line = from.near.line + from.signed();
      from.near.line = line;
      const column = head >= 2 ? from.unsigned() : from.near.column;
      from.near.column = column;
      if (head % 2 === 1) return readEnd(from, line, column);
      return { line, column, endLine: line, endColumn: column + nameOf(owner as Owner).length };
    },
  };
}

function writeEnd(out: Out, line: number, column: number, endLine: number, endColumn: number): void {
  if (endLine === line && endColumn >= column) out.unsigned((endColumn - column) * 2);
  else {
    out.unsigned(zigzag(endLine - line) * 2 + 1);
    out.unsigned(endColumn);
  }
}

function readEnd(from: EncodedSource, line: number, column: number): Span {
  const rest = from.unsigned();
  if (rest % 2 === 0) return { line, column, endLine: line, endColumn: column + rest / 2 };
  return { line, column, endLine: line + unzigzag((rest - 1) / 2), endColumn: from.unsigned() };
}

const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

/** Text that is usually empty. */
export const text = usually(string, '');

/** A name with its type; parameters occur in the outline and again in the skeleton. */
export const variable = repeated(
  record<Parameter>({ name: string, type: text }, () => ({ name: '', type: '' })),
  ({ name, type }) => `${name}\n${type}`,
);

/** Many functions have equal parameters: callbacks of one table, a function and its prototype. */
export const parameters = alike(list(variable));

const gap = record<Gap>({ kind: word(Object.keys(GAP_KINDS) as GapKind[]), at: span, detail: text });
export const gaps = usuallyEmpty(list(gap));
const annotation = record<FunctionAnnotation>({ name: string, argument: string });
export const annotations = usuallyEmpty(list(annotation));
