import type { LineTable } from '../../base/span.js';
import type { FileOutline, FunctionItem } from '../../outline/types.js';
import type { LockApi, Models } from '../../models/types.js';
import type { Mark } from '../../syntax/marks.js';
import { sanitisedFunction } from '../../skeleton/skeleton.js';
import type { Parser, SyntaxNode } from '../../syntax/types.js';

/** A syntax node as fixes need it: offsets in the file, and a parent. */
export interface CodeNode {
  /** The grammar's node type; `macro_head` and `macro_call` for statements outside C grammar. */
  readonly kind: string;
  /** Offsets into the file's text, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly named: boolean;
  readonly parent: CodeNode | undefined;
  /** Index among the parent's children. */
  readonly index: number;
  readonly children: readonly CodeNode[];
}

export interface Comment {
  readonly start: number;
  readonly end: number;
}

/** A function or macro that only takes or releases one lock. */
export interface Helper {
  readonly api: LockApi;
  /** The lock it means for these arguments, in the caller's names. */
  lockFor(given: readonly string[]): NamedLock | undefined;
}

/** An expression parsed from a text of its own. */
export interface NamedLock {
  readonly text: string;
  readonly node: CodeNode;
}

/** One function of a file: its text and its tree. */
export interface FunctionCode {
  readonly file: string;
  /** The whole file. */
  readonly text: string;
  readonly lines: LineTable;
  readonly item: FunctionItem;
  readonly body: CodeNode;
  readonly comments: readonly Comment[];
  /** The sanitised text of the function that the parser saw, from `item.start` on. */
  readonly shown: string;
  /** Looks up functions that only take or release a lock; absent if there are none. */
  readonly helper?: (name: string) => Helper | undefined;
  /** Functions and macros that return the object that contains an argument: the argument's position. */
  readonly container?: (name: string) => number | undefined;
}

/** A file whose functions are parsed. */
export interface FileText {
  readonly file: string;
  readonly text: string;
  readonly outline: FileOutline;
  readonly lines: LineTable;
}

/** Parses one function of a file. `undefined` if it has syntax errors: no fix is made from a partly guessed tree. */
export function readFunction(
  { parser, models }: { readonly parser: Parser; readonly models: Models },
  { file, text, outline, lines }: FileText,
  index: number,
): FunctionCode | undefined {
  const item = outline.functions[index];
  if (!item) return undefined;
  const own = text.slice(item.start, item.end);
  const sanitised = sanitisedFunction(text, outline, index, models);
  const tree = parser.parse(sanitised.text);
  try {
    const root = tree.rootNode;
    const body = root.namedChildren.find((node) => node?.type === 'compound_statement');
    if (!body || root.hasError) return undefined;
    return {
      file,
      text,
      lines,
      item,
      body: copy(body, item.start, undefined, 0, sanitised.marks),
      comments: commentsOf(own, item.start),
      shown: sanitised.text,
    };
  } finally {
    tree.delete();
  }
}

function copy(
  node: SyntaxNode,
  base: number,
  parent: CodeNode | undefined,
  index: number,
  marks: ReadonlyMap<number, Mark>,
): CodeNode {
  const children: CodeNode[] = [];
  const made: CodeNode = {
    kind: kindOf(node, marks),
    start: node.startIndex + base,
    end: node.endIndex + base,
    named: node.isNamed,
    parent,
    index,
    children,
  };
  for (const child of node.children) {
    if (child) children.push(copy(child, base, made, children.length, marks));
  }
  return made;
}

/** Node kinds of statements that were rewritten for the parser, by mark. */
const REWRITTEN: Partial<Record<Mark['k'], string>> = {
  head: 'macro_head',
  call: 'macro_call',
  'computed-goto': 'computed_goto',
  'case-macro': 'macro_case',
  label: 'labeled_statement',
};

function kindOf(node: SyntaxNode, marks: ReadonlyMap<number, Mark>): string {
  const mark = node.type.endsWith('_statement') ? marks.get(node.startIndex) : undefined;
  return (mark && REWRITTEN[mark.k]) ?? node.type;
}

/** Comments of a text before preprocessing, in file offsets. */
function commentsOf(text: string, base: number): Comment[] {
  const pieces = /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'/g;
  return [...text.matchAll(pieces)]
    .filter(([piece]) => piece.startsWith('/'))
    .map((piece) => ({ start: base + piece.index, end: base + piece.index + piece[0].trimEnd().length }));
}

/** Parses one C expression; `undefined` if the text is not one. */
export function parseExpression(parser: Parser, text: string): NamedLock | undefined {
  const tree = parser.parse(`{(${text});}`);
  try {
    const body = tree.rootNode.namedChildren.find((node) => node?.type === 'compound_statement');
    if (!body || tree.rootNode.hasError) return undefined;
    const statement = parts(copy(body, -2, undefined, 0, new Map()))[0];
    const node = statement && parts(statement)[0] && parts(parts(statement)[0] ?? statement)[0];
    return node && { text, node };
  } finally {
    tree.delete();
  }
}

/** A string literal, whose words the parser need not see. */
const STRING = /"(?:\\[^]|[^"\\\n])*"/g;

/** Whether the parser saw a stretch of the file as written: nothing in it but the words of strings was left out or replaced. */
export function isAsWritten(code: FunctionCode, start: number, end: number): boolean {
  let written = '';
  let from = start;
  for (const comment of code.comments) {
    if (comment.end <= from || comment.start >= end) continue;
    written += code.text.slice(from, Math.max(from, comment.start));
    from = Math.min(comment.end, end);
  }
  written += code.text.slice(from, end);
  const shown = code.shown.slice(start - code.item.start, end - code.item.start);
  const plain = (words: string): string => words.replaceAll(STRING, '""').replaceAll(/\s+/g, '');
  return plain(written) === plain(shown);
}

export function* walk(node: CodeNode): Generator<CodeNode> {
  yield node;
  for (const child of node.children) yield* walk(child);
}

export function parts(node: CodeNode): readonly CodeNode[] {
  return node.children.filter((child) => child.named);
}

/** Whether a node is a statement list: a block or the body of a case. */
export function isList(node: CodeNode | undefined): boolean {
  return node?.kind === 'compound_statement' || node?.kind === 'case_statement';
}

/** The list member around a node, label included; `undefined` outside of any list. */
export function memberOf(node: CodeNode): CodeNode | undefined {
  let at: CodeNode | undefined = node;
  while (at && !isList(at.parent)) at = at.parent;
  return at;
}

/** Nodes of a kind at or below `node`. */
export function all(node: CodeNode, kind: string): CodeNode[] {
  return [...walk(node)].filter((found) => found.kind === kind);
}

/** Names of variables and callees in a piece of code, without field names and labels. */
export function identifiers(code: FunctionCode, node: CodeNode): Set<string> {
  return new Set(all(node, 'identifier').map((found) => code.text.slice(found.start, found.end)));
}

/** The text of a node with each run of white space and comments reduced to at most one blank. */
export function plainText(code: Pick<FunctionCode, 'text'>, node: Pick<CodeNode, 'start' | 'end'>): string {
  return code.text
    .slice(node.start, node.end)
    .replaceAll(/\/\*[^]*?\*\/|\/\/[^\n]*/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([()[\],]|->|\.) ?/g, '$1')
    .trim();
}
