import assert from 'node:assert/strict';
import { Sharing } from '../../../analysis/summaries/solver/sharing.js';
import { linked } from '../graph/support.js';
import {
  constant,
  deref,
  field,
  operation,
  parameter,
  type Term,
} from '../../../analysis/summaries/locks/terms.js';

const flags = (type: string): Term => field(deref(parameter(0, 'struct port*')), 'flags', type);

describe('shared terms', () => {
  it('are one object if they are equal', () => {
    const sharing = new Sharing();
    const one = sharing.term(operation('&', [flags('int'), constant(4)]));
    assert.equal(sharing.term(operation('&', [flags('int'), constant(4)])), one);
    assert.ok(one.k === 'operation');
    assert.equal(sharing.term(flags('int')), one.operands[0]);
  });

  it('stay apart if a type differs, also in a part', () => {
    const sharing = new Sharing();
    const whole = sharing.term(flags('int'));
    assert.notEqual(sharing.term(flags('long')), whole);
    assert.equal(sharing.term(flags('int')), whole);
    const untyped = field(deref(parameter(0, '')), 'flags', 'int');
    assert.notEqual(sharing.term(untyped), whole);
    assert.deepEqual(sharing.term(untyped), field(deref(parameter(0, '')), 'flags', 'int'));
  });
});

describe('stored summaries', () => {
  it('share equal lists of arguments and locks', async () => {
    const text = `
struct port { struct mutex lock; };
static void a(struct port *port) { mutex_lock(&port->lock); work(port, 1); mutex_unlock(&port->lock); }
static void b(struct port *port) { mutex_lock(&port->lock); work(port, 1); more(port, 2); mutex_unlock(&port->lock); }
`;
    const { table, fn } = await linked({ 'a.c': text });
    const [one, other] = ['a', 'b'].map((name) => table.summaryOf(fn(name)));
    assert.ok(one && other);
    assert.equal(one.calls[0]?.args.length, 2);
    assert.equal(other.calls[0]?.args, one.calls[0]?.args);
    assert.notEqual(other.calls[1]?.args, one.calls[0]?.args);
    assert.equal(one.uses[0]?.lock, one.acquires[0]?.lock);
    assert.equal(other.acquires[0]?.lock, one.acquires[0]?.lock);
  });
});
