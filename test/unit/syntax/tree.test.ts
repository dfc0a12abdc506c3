import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { FlatTree, SyntaxNode } from '../../../analysis/syntax/types.js';
import { createNodeParser } from '../../../host/node/parser.js';

const parser = await createNodeParser();

/** The named nodes as the parser's own objects tell. */
function walked(root: SyntaxNode): string[] {
  const list: string[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.isNamed) list.push(`${node.type} ${String(node.startIndex)} ${String(node.endIndex)}`);
    for (const child of node.children) if (child !== null) visit(child);
  };
  visit(root);
  return list;
}

function listed(tree: FlatTree): string[] {
  return Array.from({ length: tree.count }, (_, node) => {
    const type = tree.names[tree.kind[node]!] ?? 'ERROR';
    return `${type} ${String(tree.start[node])} ${String(tree.end[node])}`;
  });
}

const texts: Readonly<Record<string, string>> = {
  'a function': 'int f(struct s *p) { if (p->x) return g(a[1], "b\\n"); out: switch (v) { case 1: break; } }',
  'wrong code': 'int f( { if (x return 1 } @ ) ;',
  nothing: '',
  'text beyond ASCII': 'int é = "😀 ü"; // ß\nint x;',
  'long tokens and far apart ones': `int ${'x'.repeat(400)} = 1;${' '.repeat(500)}int y;${'\n'.repeat(300)}int z;`,
};

describe('flat trees', () => {
  for (const [name, text] of Object.entries(texts)) {
    it(`equal the parser's own for ${name}`, () => {
      const tree = parser.parse(text);
      assert.deepEqual(listed(tree.flatten()), walked(tree.rootNode));
      tree.delete();
    });
  }

  it('skip descendants', () => {
    const tree = parser.parse('int f(void) { a(b); c(); }');
    const flat = tree.flatten();
    tree.delete();
    const calls = [...flat.kind.keys()].filter((node) => flat.names[flat.kind[node]!] === 'call_expression');
    assert.deepEqual(
      calls.map((node) => flat.next[node]! - node),
      [4, 3],
    );
  });

  it('list the offsets of errors', () => {
    const tree = parser.parse('int f(void) { return 1 }');
    assert.deepEqual(tree.flatten().errors, [22]);
    tree.delete();
  });
});
