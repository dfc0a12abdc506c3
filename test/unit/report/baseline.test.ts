import assert from 'node:assert/strict';
import { parseBaseline, renderBaseline, withoutBaseline } from '../../../analysis/report/baseline.js';
import { CYCLE } from './sample.js';

describe('baseline', () => {
  const baseline = parseBaseline(renderBaseline([CYCLE]));
  assert.ok(!('error' in baseline));

  it('hides known findings', () => {
    assert.deepEqual(withoutBaseline([CYCLE], baseline), []);
  });

  it('shows a new witness of an old finding', () => {
    const more = { ...CYCLE, witnesses: [...CYCLE.witnesses, 'w3'] };
    assert.deepEqual(withoutBaseline([more], baseline), [more]);
  });

  it('shows a new finding', () => {
    const other = { ...CYCLE, id: 'beef' };
    assert.deepEqual(withoutBaseline([other], baseline), [other]);
  });

  it('is rejected with a reason if it is invalid', () => {
    assert.match((parseBaseline('{') as { error: string }).error, /JSON/);
    assert.match((parseBaseline('{"version":2,"findings":[]}') as { error: string }).error, /version/);
  });
});
