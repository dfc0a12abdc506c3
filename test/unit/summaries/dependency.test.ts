import assert from 'node:assert/strict';
import type { Concern } from '../../../analysis/summaries/concern.js';
import { dependency, isMet, noExit, stronger } from '../../../analysis/summaries/solver/known.js';
import { ANY, ZERO } from '../../../analysis/summaries/facts/fact.js';
import { tellsValue } from '../../../analysis/summaries/interpret/apply.js';
import * as t from '../../../analysis/summaries/locks/terms.js';
import type { ExitEffect, FunctionSummary } from '../../../analysis/summaries/state/types.js';

const CONCERNS: readonly (Concern | undefined)[] = ['locks', 'value', undefined];

function summary(signature: string, isNeutral: boolean, tellsValue: boolean): FunctionSummary {
  const fn = { id: 1, file: 'a.c', name: 'f', index: 0, item: undefined, macro: undefined, line: 1 };
  return { ...noExit(fn), signature, isNeutral, tellsValue };
}

const SILENT = summary('silent', true, false);
const TELLING = summary('telling', true, true);
const LOCKING = summary('locking', false, true);
const ALL = [undefined, SILENT, TELLING, LOCKING];

describe('what a caller depends on', () => {
  it('holds for the summary that it was noted for', () => {
    for (const concern of CONCERNS)
      for (const one of ALL) assert.ok(isMet(one, dependency(one, concern)), `${one?.signature} ${concern}`);
  });

  it('is not changed by a body that is nothing to the caller', () => {
    assert.deepEqual(
      CONCERNS.map((concern) =>
        [SILENT, TELLING, LOCKING].map((arrived) => isMet(arrived, dependency(undefined, concern))),
      ),
      [
        [true, true, false],
        [true, false, false],
        [false, false, false],
      ],
    );
  });

  it('is the strongest of what it asked, in any order', () => {
    for (const one of ALL) {
      for (const first of CONCERNS) {
        for (const second of CONCERNS) {
          const [a, b] = [dependency(one, first), dependency(one, second)];
          const both = stronger(stronger(undefined, a), b);
          assert.equal(both, stronger(b, a));
          for (const other of ALL)
            if (isMet(other, both)) assert.ok(isMet(other, a) && isMet(other, b), `${other?.signature}`);
        }
      }
    }
  });
});

describe('an exit tells its callers of the value', () => {
  const exit = (signs: ExitEffect['signs'], value?: t.Term): ExitEffect => ({ signs, value }) as ExitEffect;

  it('by some of its signs, or by a name that the caller knows', () => {
    assert.ok(tellsValue(exit(ZERO)));
    assert.ok(tellsValue(exit(ANY, t.field(t.deref(t.parameter(0, 'struct s*')), 'n', 'int'))));
    assert.ok(tellsValue(exit(ANY, t.global('a.c:table', 'struct s'))));
  });

  it('not by a value that only the callee has', () => {
    assert.ok(!tellsValue(exit(ANY)));
    assert.ok(!tellsValue(exit(ANY, t.opaque('a.c:f:e1', 'int'))));
    assert.ok(!tellsValue(exit(ANY, t.result('a.c:f:e1', 'find', undefined, 'struct s*'))));
  });
});
