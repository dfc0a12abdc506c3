import type { FunctionItem } from '../outline/types.js';
import type { Parser, SyntaxNode } from '../syntax/types.js';

/** A node of a function's tree as fixes need it: offsets in the file, and a way up. */
export interface CodeNode {
  readonly kind: string;
  /** Offsets into the file's text, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly named: boolean;
  readonly parent: CodeNode | undefined;
  /** Place among the parent's children. */
  readonly index: number;
  readonly children: readonly CodeNode[];
}

/** One function of a file: its text and its tree. */
export interface FunctionCode {
  readonly file: string;
  /** The whole file. */
  readonly text: string;
  readonly item: FunctionItem;
  readonly body: CodeNode;
}

/**
 * Reads one function. `readable` is what the parser is shown in place of the function's text: of the same
 * length, with what C grammar does not know written otherwise. `undefined` when it does not parse cleanly:
 * a fix is never made from a tree that is partly guessed.
 */
export function readFunction(
  parser: Parser,
  file: string,
  text: string,
  item: FunctionItem,
  readable: string,
): FunctionCode | undefined {
  const tree = parser.parse(readable);
  try {
    const root = tree.rootNode;
    const definition = root.namedChildren.find((node) => node?.type === 'function_definition');
    const body = definition?.childForFieldName('body');
    if (!body || root.hasError) return undefined;
    return { file, text, item, body: copy(body, item.start, undefined, 0) };
  } finally {
    tree.delete();
  }
}

function copy(node: SyntaxNode, base: number, parent: CodeNode | undefined, index: number): CodeNode {
  const children: CodeNode[] = [];
  const made: CodeNode = {
    kind: node.type,
    start: node.startIndex + base,
    end: node.endIndex + base,
    named: node.isNamed,
    parent,
    index,
    children,
  };
  for (const child of node.children) if (child) children.push(copy(child, base, made, children.length));
  return made;
}

export function* walk(node: CodeNode): Generator<CodeNode> {
  yield node;
  for (const child of node.children) yield* walk(child);
}

/** Named children without comments. */
export function parts(node: CodeNode): readonly CodeNode[] {
  return node.children.filter((child) => child.named && child.kind !== 'comment');
}

/** The statement lists of a function are blocks and the arms of a switch. */
export function isList(node: CodeNode | undefined): boolean {
  return node?.kind === 'compound_statement' || node?.kind === 'case_statement';
}

/** The statement around a node, label included, that is a member of a list; `undefined` outside of any. */
export function memberOf(node: CodeNode): CodeNode | undefined {
  let at: CodeNode | undefined = node;
  while (at && !isList(at.parent)) at = at.parent;
  return at;
}

/** Nodes of a kind at or below `node`. */
export function all(node: CodeNode, kind: string): CodeNode[] {
  return [...walk(node)].filter((found) => found.kind === kind);
}

/** Names of the variables a piece of code reads or writes; names of fields and labels are none, callees are. */
export function identifiers(code: FunctionCode, node: CodeNode): Set<string> {
  return new Set(all(node, 'identifier').map((found) => code.text.slice(found.start, found.end)));
}

/** The text of a node with every run of white space and every comment as one blank at most. */
export function plainText(code: FunctionCode, node: CodeNode): string {
  return code.text
    .slice(node.start, node.end)
    .replaceAll(/\/\*[^]*?\*\/|\/\/[^\n]*/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([()[\],]|->|\.) ?/g, '$1')
    .trim();
}
