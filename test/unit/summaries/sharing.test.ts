import assert from 'node:assert/strict';
import { serialize } from 'node:v8';
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

/** Bytes of a value in which an object that occurs again is only referred to. */
const bytes = (value: unknown): number => serialize(value).length;

describe('shared terms', () => {
  it('equal the given ones, in every part and type', () => {
    const sharing = new Sharing();
    const untyped = (): Term => field(deref(parameter(0, '')), 'flags', 'int');
    const terms = (): Term[] => [
      flags('int'),
      flags('long'),
      untyped(),
      operation('&', [flags('int'), constant(4)]),
    ];
    assert.deepEqual(
      [...terms(), ...terms()].map((term) => sharing.term(term)),
      [...terms(), ...terms()],
    );
  });

  it('take the memory of one term, however often it is stored', () => {
    const sharing = new Sharing();
    const mask = (): Term => sharing.term(operation('&', [flags('int'), constant(4)]));
    const first = mask();
    const more = Array.from({ length: 100 }, mask);
    assert.ok(bytes(more) < bytes(first) + 100 * 8, `${bytes(more)} against ${bytes(first)}`);
    assert.ok(bytes([first, sharing.term(flags('int'))]) < bytes(first) + 16);
  });
});

describe('stored summaries', () => {
  it('take less memory for a second function with the same arguments and locks', async () => {
    const body = '{ mutex_lock(&port->lock); work(port, 1); mutex_unlock(&port->lock); }';
    const text = `
struct port { struct mutex lock; };
static void a(struct port *port) ${body}
static void b(struct port *port) ${body}
`;
    const { table, fn } = await linked({ 'a.c': text });
    const [one, other] = ['a', 'b'].map((name) => {
      const summary = table.summaryOf(fn(name));
      assert.ok(summary);
      const { calls, acquires, uses } = summary;
      return [calls.map(({ args }) => args), acquires.map(({ lock }) => lock), uses.map(({ lock }) => lock)];
    });
    assert.deepEqual(other, one);
    assert.ok(bytes([one, other]) < 1.3 * bytes([one]), `${bytes([one, other])} against ${bytes([one])}`);
  });
});
