import { baseOf, type CType } from '../../base/ctype.js';
import { LineTable } from '../../base/span.js';
import { parts, type CodeNode, type FunctionCode } from './code.js';
import { lineBreakAt, lineStart, type TextEdit } from './edits.js';

/** Tab width of kernel code. */
const TAB = 8;
/** Columns of a line of kernel code. */
const MOST_WIDE = 80;
/** Words before a function's return type that are not part of the type. */
const SPECIFIERS =
  /^(?:(?:static|extern|inline|__inline|__inline__|__always_inline|noinline|__maybe_unused|__must_check|__init|__exit)\s+)*/;

const BUILTIN = /^(?:const|volatile|unsigned|signed|long|short|int|char|void|bool|struct|union|enum)$/;

/** A list of parameters, which may be pointers to functions, and nothing else. */
const PARAMETERS = /^ ?\((?:[^#()]|\([^#()]*\))*\)\s*$/;

/** A function's text up to its body. */
export interface Head {
  /** The return type as written, without specifiers. */
  readonly returns: string;
  /** The own head, and the head of a static function with another name; continuation lines are aligned. */
  readonly own: string;
  as(name: string): string;
  /** The same for a function that other files see. */
  seenAs(name: string): string;
}

/** The head of a plainly written function, otherwise the reason. */
export function headOf({ text, item, body }: FunctionCode): Head | string {
  const nameAt = new LineTable(text).offsetOf(item.nameSpan.line, item.nameSpan.column);
  const before = text.slice(item.start, nameAt);
  const behind = text.slice(nameAt + item.name.length, body.start);
  const returns = before.replace(SPECIFIERS, '').replaceAll(/\s+/g, ' ').trim();
  const isPlain = /^[\w\s*]+$/.test(before) && isType(returns, item.returns) && PARAMETERS.test(behind);
  if (!isPlain || text.slice(nameAt, nameAt + item.name.length) !== item.name || hasNameless(item.parameters))
    return `the head of ${item.name}() is not plain`;
  const aligned = (front: string): string => headWith(front, behind);
  return {
    returns,
    own: aligned(before + item.name),
    as: (name) =>
      aligned(
        (/(?:^|\s)static\s/.test(before) ? before : `static ${before.replace(/^extern\s+/, '')}`) + name,
      ),
    seenAs: (name) => aligned(before + name),
  };
}

/** A function's name and parameters, with continuation lines aligned to the parenthesis. */
export function headWith(front: string, parameters: string): string {
  const column = widthOf(lastLine(front)) + parameters.indexOf('(') + 1;
  return front + parameters.replaceAll(/\n[ \t]+(?=\S)/g, `\n${blanks(column)}`);
}

/** Adds a last element to a list of parameters or arguments between two parentheses, in a line of its own if it is long. */
export function listWith(whole: string, open: number, close: number, added: string): TextEdit {
  const before = whole.slice(open + 1, close).trim();
  if (before === '' || before === 'void') return { start: open + 1, end: close, text: added };
  const line = whole.slice(lineStart(whole, close), close);
  const behind = /^[^\n]*/.exec(whole.slice(close))?.[0].trimEnd() ?? '';
  if (widthOf(`${line}, ${added}${behind}`) <= MOST_WIDE)
    return { start: close, end: close, text: `, ${added}` };
  const column = widthOf(whole.slice(lineStart(whole, open), open + 1));
  return { start: close, end: close, text: `,${lineBreakAt(whole, open)}${blanks(column)}${added}` };
}

/** Whether words that begin at an offset fit into its line, with the bracket and semicolon behind them. */
export function fits(whole: string, at: number, words: string): boolean {
  return widthOf(`${whole.slice(lineStart(whole, at), at)}${words});`) <= MOST_WIDE;
}

/**
 * A call with another name and other arguments, with its lines aligned to the parenthesis: if they were before, or if each
 * of them begins with an argument of its own.
 */
export function callWith(
  { text: whole }: Pick<FunctionCode, 'text'>,
  call: CodeNode,
  name: string,
  given?: string,
): string {
  const callee = parts(call)[0] ?? call;
  const front = whole.slice(lineStart(whole, callee.start), callee.start);
  const head = whole.slice(lineStart(whole, callee.start), callee.end);
  const before = whole.slice(callee.end, call.end);
  const isAligned = headWith(head, before) === head + before || beginsWithArguments(before);
  return isAligned ? headWith(front + name, given ?? before).slice(front.length) : name + (given ?? before);
}

/** Whether no line of `(a, b)` but the first begins within parentheses of an argument. */
function beginsWithArguments(given: string): boolean {
  let depth = 0;
  for (const char of given) {
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === '\n' && depth !== 1) return false;
  }
  return true;
}

/** Whether only a type is written, without an attribute of the function. */
function isType(written: string, type: CType): boolean {
  const names = (written.match(/\w+/g) ?? []).filter((word) => !BUILTIN.test(word));
  return written !== '' && names.length <= 1 && names.every((name) => baseOf(type).split(' ').includes(name));
}

function hasNameless(parameters: FunctionCode['item']['parameters']): boolean {
  return parameters.some(({ name }, at) => name === '' && !(at === 0 && parameters.length === 1));
}

function lastLine(words: string): string {
  return words.slice(words.lastIndexOf('\n') + 1);
}

/** The number of columns that a line takes, with tabs of eight. */
export function widthOf(words: string): number {
  let width = 0;
  for (const char of words) width += char === '\t' ? TAB - (width % TAB) : 1;
  return width;
}

function blanks(width: number): string {
  return '\t'.repeat(Math.floor(width / TAB)) + ' '.repeat(width % TAB);
}
