/**
 * The parser as the analysis sees it. The host injects one (tree-sitter with the C grammar); analysis/ does not depend
 * on it. Offsets are UTF-16 units in the text given to `parse`.
 */
export interface SyntaxNode {
  readonly type: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly isNamed: boolean;
  readonly isMissing: boolean;
  readonly hasError: boolean;
  readonly childCount: number;
  readonly namedChildCount: number;
  child(index: number): SyntaxNode | null;
  namedChild(index: number): SyntaxNode | null;
  childForFieldName(name: string): SyntaxNode | null;
  readonly children: readonly (SyntaxNode | null)[];
  readonly namedChildren: readonly (SyntaxNode | null)[];
}

export interface SyntaxTree {
  readonly rootNode: SyntaxNode;
  delete(): void;
  /** The whole tree at once; far cheaper than visiting nodes one by one. */
  flatten(): FlatTree;
}

export interface Parser {
  parse(text: string): SyntaxTree;
}

/**
 * The named nodes of a tree in pre-order. Node 0 is the root; the children of `n` are `n + 1`, `next[n + 1]`, … while
 * below `next[n]`.
 */
export interface FlatTree {
  readonly count: number;
  /** Node types by number, as `kind` uses them. */
  readonly names: readonly string[];
  readonly kind: Uint16Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  /** The node after the last descendant. */
  readonly next: Uint32Array;
  /** Offsets of ERROR nodes and of tokens that the parser inserted. */
  readonly errors: readonly number[];
}
