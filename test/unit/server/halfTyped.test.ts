import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Gap } from '../../../analysis/base/gap.js';
import type { FunctionItem } from '../../../analysis/outline/types.js';
import type { FileSummary, Skeleton } from '../../../analysis/summary/types.js';
import { HalfTyped } from '../../../server/halfTyped.js';

const nowhere = { line: 0, column: 1, endLine: 0, endColumn: 1 };

/** A stand-in for the compiler: one function per line; `(` without `)` is a syntax error, `{` without `}` unbalanced. */
function summarize(text: string): FileSummary {
  const functions: FunctionItem[] = [];
  const skeletons = new Map<number, Skeleton>();
  const gaps: Gap[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    const end = start + line.length;
    const name = /^\w+/.exec(line)?.[0];
    if (name !== undefined) {
      const isBroken = count(line, '(') !== count(line, ')');
      skeletons.set(functions.length, skeleton(name, isBroken ? [gap('syntax-error')] : []));
      functions.push(functionItem(name, start, end));
    }
    if (count(line, '{') !== count(line, '}')) gaps.push(gap('unbalanced-braces'));
    start = end + 1;
  }
  const none = {
    includes: [],
    prototypes: [],
    macros: [],
    records: [],
    typedefs: [],
    variables: [],
    constants: [],
    macroUses: [],
    lockSites: 0,
  };
  const outline = { hash: text, bytes: text.length, lines: 1, functions, gaps, ...none };
  return { outline, skeletons, macroSkeletons: new Map() };
}

function count(line: string, character: string): number {
  return line.split(character).length - 1;
}

function gap(kind: Gap['kind']): Gap {
  return { kind, at: nowhere, detail: '' };
}

function skeleton(name: string, gaps: readonly Gap[]): Skeleton {
  const none = { parameters: [], locals: [], exprs: [], blocks: [], annotations: [] };
  return { name, returns: 'void', lockSites: 0, gaps, ...none };
}

function functionItem(name: string, start: number, end: number): FunctionItem {
  return {
    name,
    nameSpan: nowhere,
    start,
    end,
    bodyStart: start,
    line: 1,
    endLine: 1,
    isStatic: false,
    isInline: false,
    section: '',
    returns: 'void',
    parameters: [],
    annotations: [],
    condition: '',
    hash: name,
    calls: [],
    indirectCalls: [],
    references: [],
    lockSites: 0,
  };
}

function settle(half: HalfTyped, text: string): ReturnType<HalfTyped['settle']> {
  return half.settle(text, summarize(text));
}

describe('HalfTyped', () => {
  it('analyses what parses as it is', () => {
    const half = new HalfTyped();
    const { analysed, map } = settle(half, 'one { a(); }\n');
    assert.equal(analysed, 'one { a(); }\n');
    assert.ok(map.isIdentity);
  });

  it('takes a broken function as it last parsed, and the others as they are now', () => {
    const half = new HalfTyped();
    settle(half, 'one { a(); }\ntwo { b(); }\n');
    const { analysed, map } = settle(half, 'one { a(; }\ntwo { c(); b(); }\n');
    assert.equal(analysed, 'one { a(); }\ntwo { c(); b(); }\n');
    assert.equal(map.toCurrent({ line: 2, column: 7, endLine: 2, endColumn: 10 }).line, 2);
  });

  it('comes back to the text when it parses again', () => {
    const half = new HalfTyped();
    settle(half, 'one { a(); }\n');
    settle(half, 'one { a(; }\n');
    assert.equal(settle(half, 'one { a(b); }\n').analysed, 'one { a(b); }\n');
  });

  it('analyses a function that never parsed as it is', () => {
    const half = new HalfTyped();
    const text = 'one { a(; }\n';
    assert.equal(settle(half, text).analysed, text);
  });

  it('does not take errors that were always there for half-typed code', () => {
    const half = new HalfTyped();
    settle(half, 'one { macro( a(); }\n');
    assert.equal(settle(half, 'one { macro( b(); }\n').analysed, 'one { macro( b(); }\n');
  });

  it('tells functions of one name apart by their order', () => {
    const half = new HalfTyped();
    settle(half, 'one { a(); }\none { b(); }\n');
    assert.equal(settle(half, 'one { a(); }\none { b(; }\n').analysed, 'one { a(); }\none { b(); }\n');
  });

  it('waits for a missing brace with the whole file', () => {
    const half = new HalfTyped();
    settle(half, 'one { a(); }\ntwo { b(); }\n');
    const { analysed, map } = settle(half, 'one { if { a(); }\ntwo { b(); }\n');
    assert.equal(analysed, 'one { a(); }\ntwo { b(); }\n');
    assert.deepEqual(map.toCurrent({ line: 1, column: 7, endLine: 1, endColumn: 10 }), {
      line: 1,
      column: 12,
      endLine: 1,
      endColumn: 15,
    });
  });

  it('analyses a file whose braces never matched as it is', () => {
    const half = new HalfTyped();
    settle(half, 'one { {\n');
    assert.equal(settle(half, 'one { { a();\n').analysed, 'one { { a();\n');
  });
});
