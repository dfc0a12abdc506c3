import assert from 'node:assert/strict';
import { BOUNDS } from '../../../analysis/base/bounds.js';
import { analyse } from '../../support/analyse.js';

/** Functions that each take the lock of their object, and again in a helper. */
function callers(count: number): ReadonlyMap<string, string> {
  const text = Array.from(
    { length: count },
    (_, i) => `void f${i}(struct obj *o)\n{\n\tmutex_lock(&o->m);\n\ttouch(o);\n\tmutex_unlock(&o->m);\n}\n`,
  );
  const head =
    'struct obj { struct mutex m; int v; };\nstatic void touch(struct obj *o)\n{\n\tmutex_lock(&o->m);\n\to->v++;\n\tmutex_unlock(&o->m);\n}\n';
  return new Map([['a.c', head + text.join('')]]);
}

describe('a helper that takes a lock which its callers hold', () => {
  it('gives each caller a finding at high confidence', async () => {
    const { snapshot } = await analyse(callers(40), 'high');
    assert.equal(snapshot.findings.length, 40);
    assert.deepEqual(snapshot.unfinished(), []);
  });

  it('stops at a bound, which is reported as a gap', async () => {
    const { snapshot } = await analyse(callers(BOUNDS.selfDeadlocksPerClass + 1), 'high');
    assert.equal(snapshot.findings.length, BOUNDS.selfDeadlocksPerClass);
    assert.deepEqual(
      snapshot.unfinished().map(({ reason }) => reason),
      ['too-many-orders'],
    );
  });
});
