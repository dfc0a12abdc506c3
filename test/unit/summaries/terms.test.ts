import assert from 'node:assert/strict';
import {
  address,
  deref,
  entryOf,
  field,
  inCaller,
  parameter,
  type Term,
} from '../../../analysis/summaries/locks/terms.js';

const head = (object: Term): Term => address(field(deref(object), 'slaves', 'struct list_head'));

describe('terms', () => {
  it('an entry of a list of a parameter is, for the caller, one of the list of its argument', () => {
    const entry = entryOf(head(parameter(0, 'struct master*')), 'f:e3', 'struct slave*');
    const argument = parameter(1, 'struct master*');
    const given = inCaller(field(deref(entry), 'master', 'struct master*'), [argument]);
    const found = given.k === 'field' && given.base.k === 'deref' ? given.base.base : undefined;
    assert.equal(found?.key, entry.key);
    assert.equal(found?.k === 'opaque' ? found.listedIn?.key : undefined, head(argument).key);
  });
});
