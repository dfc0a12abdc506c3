import { Language, Parser as TreeSitterParser, type Tree } from 'web-tree-sitter';
import type { FlatTree, Parser, SyntaxTree } from '../analysis/syntax/types.js';
import { TreeReader } from './tree-memory.js';

/** Memory of the tree-sitter module; one per process, like the module. */
let memory: WebAssembly.Memory | undefined;
let ready: Promise<void> | undefined;

const PAGE = 65536;
const INITIAL_PAGES = (32 * 1024 * 1024) / PAGE;
const MOST_PAGES = (2 * 1024 * 1024 * 1024) / PAGE;

/** Creates a parser from the bytes of the tree-sitter runtime and the C grammar; runs in Node and in browsers. */
export async function createParserFrom(
  runtime: () => Uint8Array | Promise<Uint8Array>,
  grammar: () => Uint8Array | Promise<Uint8Array>,
): Promise<Parser> {
  ready ??= initialise(await runtime());
  await ready;
  const language = await Language.load(await grammar());
  const parser = new TreeSitterParser();
  parser.setLanguage(language);
  const names = language.types;
  const reader = trustedReader(parser, names);
  return {
    parse(text: string): SyntaxTree {
      const tree = parseText(parser, text);
      return {
        rootNode: tree.rootNode,
        delete: () => tree.delete(),
        flatten: () => (reader === undefined ? flatten(tree, names) : reader.read(addressOf(tree))),
      };
    },
  };
}

function initialise(wasmBinary: Uint8Array): Promise<void> {
  memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MOST_PAGES });
  return TreeSitterParser.init({ wasmBinary, wasmMemory: memory });
}

function parseText(parser: TreeSitterParser, text: string): Tree {
  const tree = parser.parse(text);
  if (tree === null) throw new Error('the parser was cancelled');
  return tree;
}

/** web-tree-sitter stores the address of its tree here. */
function addressOf(tree: Tree): number {
  return (tree as unknown as readonly number[])[0]!;
}

/**
 * Contains every kind of node that reading distinguishes: aliases, extras, hidden nodes, long and short leaves, errors.
 */
const SAMPLE = `int f(struct s *p) { /* c */ out: p->x = g(a[1], "b\\n", 'c') ? (u8 *)q : sizeof(int); ${'x'.repeat(300)}();
 switch (v) { case 1: default: break; } if (a && b) { for (;;) return 1 } else goto out; é = 1; @ } struct { int y; } z = { .y = 1 };`;

/**
 * A reader of trees in memory, if its result for a sample equals that of the module's own functions; otherwise
 * `undefined`.
 */
function trustedReader(parser: TreeSitterParser, names: readonly string[]): TreeReader | undefined {
  if (memory === undefined) return undefined;
  const tree = parseText(parser, SAMPLE);
  try {
    const reader = new TreeReader(memory, names);
    return JSON.stringify(reader.read(addressOf(tree))) === JSON.stringify(flatten(tree, names))
      ? reader
      : undefined;
  } catch {
    return undefined;
  } finally {
    tree.delete();
  }
}

/** The tree, read through a cursor. */
function flatten(tree: Tree, names: readonly string[]): FlatTree {
  const kind: number[] = [];
  const start: number[] = [];
  const end: number[] = [];
  const next: number[] = [];
  const errors: number[] = [];
  const cursor = tree.walk();
  /** The open named nodes, and whether the node at each depth of the cursor is named. */
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

/** tree-sitter's symbol number of ERROR nodes, in every grammar. */
const ERROR = 65535;
