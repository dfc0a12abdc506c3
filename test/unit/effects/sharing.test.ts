import assert from 'node:assert/strict';
import { Sharing } from '../../../analysis/effects/sharing.js';
import { constant, deref, field, operation, parameter, type Term } from '../../../analysis/effects/terms.js';

const flags = (type: string): Term => field(deref(parameter(0, 'struct port*')), 'flags', type);

describe('terms that are kept', () => {
  it('are one where they are equal', () => {
    const sharing = new Sharing();
    const one = sharing.term(operation('&', [flags('int'), constant(4)]));
    assert.equal(sharing.term(operation('&', [flags('int'), constant(4)])), one);
    assert.ok(one.k === 'operation');
    assert.equal(sharing.term(flags('int')), one.operands[0]);
  });

  it('stay apart where a type is another one, also inside', () => {
    const sharing = new Sharing();
    const whole = sharing.term(flags('int'));
    assert.notEqual(sharing.term(flags('long')), whole);
    assert.equal(sharing.term(flags('int')), whole);
    const untyped = field(deref(parameter(0, '')), 'flags', 'int');
    assert.notEqual(sharing.term(untyped), whole);
    assert.deepEqual(sharing.term(untyped), field(deref(parameter(0, '')), 'flags', 'int'));
  });
});
