import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { printSkeleton, printSkeletons } from '../../../analysis/skeleton/codec/print.js';
import type { Skeleton } from '../../../analysis/skeleton/types.js';
import { skeleton, summary } from './arbitrary.js';
import { patience } from '../../support/runs.js';

const at = (line: number, column: number) => ({ line, column, endLine: line, endColumn: column + 1 });

const conditional: Skeleton = {
  name: 'work',
  returns: 'int',
  parameters: [{ name: 'foo', type: 'struct foo*' }],
  locals: [{ name: 'err', type: 'int' }],
  exprs: [
    { k: 'parameter', index: 0 },
    { k: 'deref', base: 0 },
    { k: 'field', base: 1, name: 'bar' },
    { k: 'field', base: 2, name: 'lock' },
    { k: 'address', base: 3 },
    { k: 'result', event: 0 },
    { k: 'local', index: 0 },
    { k: 'constant', value: 0 },
    { k: 'binary', op: '==', left: 6, right: 7 },
    { k: 'unary', op: '!', base: 8 },
    { k: 'constant', value: -22 },
  ],
  blocks: [
    {
      events: [
        { k: 'try', id: 0, api: 'mutex_lock_interruptible', lock: 4, args: [4], at: at(2, 8) },
        { k: 'assign', id: 1, target: 6, value: 5, at: at(2, 2) },
      ],
      exit: { k: 'branch', condition: 9, whenTrue: 1, whenFalse: 2, at: at(3, 6) },
    },
    { events: [], exit: { k: 'return', value: 10, at: at(4, 3) } },
    {
      events: [
        { k: 'call', id: 2, callee: 2, args: [0], at: at(5, 2) },
        { k: 'release', id: 3, api: 'mutex_unlock', lock: 4, args: [4], at: at(6, 2), implied: true },
      ],
      exit: { k: 'return', value: -1, at: at(7, 1) },
    },
  ],
  annotations: [{ name: '__must_hold', argument: '&foo->big' }],
  gaps: [{ kind: 'unknown-lock', at: at(5, 2), detail: 'x' }],
  lockSites: 1,
};

describe('printing skeletons', function () {
  this.timeout(patience());

  it('shows blocks, events and C expressions', () => {
    assert.equal(
      printSkeleton(conditional, 10),
      [
        'work(foo: struct foo*): int  lock sites 1',
        '  __must_hold(&foo->big)',
        '  local err: int',
        '  b0:',
        '    12:8     %0 = try &foo->bar.lock by mutex_lock_interruptible(&foo->bar.lock)',
        '    12:2     err = %0',
        '    13:6     if !(err == 0) then b1 else b2',
        '  b1:',
        '    14:3     return -22',
        '  b2:',
        '    15:2     %2 = call foo->bar(foo)',
        '    16:2     %3 = release &foo->bar.lock by mutex_unlock(&foo->bar.lock) (implied)',
        '    17:1     return',
        '  gap 15:2 unknown-lock x',
        '',
      ].join('\n'),
    );
  });

  it('prints any skeleton, and always in the same way', () => {
    fc.assert(fc.property(skeleton, (one) => printSkeleton(one) === printSkeleton(one)));
    fc.assert(fc.property(summary, (one) => printSkeletons(one) === printSkeletons(one)));
  });

  it('terminates on expressions that refer to themselves', () => {
    const loop: Skeleton = { ...conditional, exprs: conditional.exprs.map(() => ({ k: 'deref', base: 0 })) };
    assert.match(printSkeleton(loop), /\*…/);
  });
});
