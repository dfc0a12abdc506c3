import { Language, Parser as TreeSitterParser, type Tree } from 'web-tree-sitter';
import type { FlatTree, Parser, SyntaxTree } from '../analysis/syntax/types.js';

/** A parser from the bytes of the tree-sitter runtime and the C grammar; the same in Node and in a browser. */
export async function createParserFrom(
  runtime: () => Uint8Array,
  grammar: () => Uint8Array,
): Promise<Parser> {
  await TreeSitterParser.init({ wasmBinary: runtime() as never });
  const language = await Language.load(grammar());
  const parser = new TreeSitterParser();
  parser.setLanguage(language);
  const names = language.types;
  return {
    parse(text: string): SyntaxTree {
      const tree = parser.parse(text);
      if (tree === null) throw new Error('the parser was cancelled');
      return {
        rootNode: tree.rootNode,
        delete: () => tree.delete(),
        flatten: () => flatten(tree, names),
      };
    },
  };
}

function flatten(tree: Tree, names: readonly string[]): FlatTree {
  const kind: number[] = [];
  const start: number[] = [];
  const end: number[] = [];
  const next: number[] = [];
  const errors: number[] = [];
  const cursor = tree.walk();
  /** Open named nodes, and for each depth of the cursor whether it is one. */
  const open: number[] = [];
  const named: boolean[] = [];
  for (;;) {
    const isNamed = cursor.nodeIsNamed;
    const type = cursor.nodeTypeId;
    if (isNamed) {
      open.push(kind.length);
      kind.push(type);
      start.push(cursor.startIndex);
      end.push(cursor.endIndex);
      next.push(0);
    }
    if (type === ERROR || cursor.nodeIsMissing) errors.push(cursor.startIndex);
    if (cursor.gotoFirstChild()) {
      named.push(isNamed);
      continue;
    }
    if (isNamed) next[open.pop() ?? 0] = kind.length;
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) {
        cursor.delete();
        return {
          count: kind.length,
          names,
          kind: Uint16Array.from(kind),
          start: Uint32Array.from(start),
          end: Uint32Array.from(end),
          next: Uint32Array.from(next),
          errors,
        };
      }
      if (named.pop() === true) next[open.pop() ?? 0] = kind.length;
    }
  }
}

/** tree-sitter's symbol of ERROR nodes, 65535 in every grammar. */
const ERROR = 65535;
