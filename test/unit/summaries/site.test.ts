import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { absolute } from '../../../analysis/base/span.js';
import { siteAt, through } from '../../../analysis/summaries/state/site.js';
import type { FunctionRef } from '../../../analysis/link/types.js';

const fn = { id: 'a.c:work', line: 200_000 } as unknown as FunctionRef;

/** Small as in most code, or too large for the short form. */
const number = fc.oneof(fc.nat(60), fc.integer({ min: 1020, max: 1030 }), fc.nat(200_000));

describe('the site of an event', () => {
  it('keeps its span, however large the numbers', () => {
    fc.assert(
      fc.property(number, number, number, number, (line, column, lines, endColumn) => {
        const at = { line, column, endLine: line + lines, endColumn };
        assert.deepEqual(siteAt(fn, { id: 7, at }).span, absolute(at, fn.line));
      }),
    );
  });

  it('keeps a span that ends before it begins, as in damaged data', () => {
    const at = { line: 5, column: 1, endLine: 3, endColumn: 1 };
    assert.deepEqual(siteAt(fn, { id: 7, at }).span, absolute(at, fn.line));
  });

  it('keeps its span when extended into a callee', () => {
    const call = siteAt(fn, { id: 3, at: { line: 1, column: 2, endLine: 1, endColumn: 9 } });
    const inner = siteAt(fn, { id: 4, at: { line: 8, column: 2, endLine: 9, endColumn: 1 } });
    for (const outer of [call, { fn, event: call.event, span: call.span }]) {
      const { event, span, via } = through(outer, inner);
      assert.deepEqual({ event, span }, { event: 3, span: call.span });
      assert.equal(via, inner);
    }
    assert.equal(call.via, undefined);
  });
});
