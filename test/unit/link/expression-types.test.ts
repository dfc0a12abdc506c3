import assert from 'node:assert/strict';
import { typeOf } from '../../../analysis/link/index.js';
import type { Event, Expr } from '../../../analysis/skeleton/types.js';
import {
  assign,
  call,
  fn,
  functionNamed,
  link,
  macro,
  prototype,
  record,
  skeleton,
  variable,
} from './builder.js';

const program = link({
  'a.c': {
    includes: ['"a.h"'],
    functions: [fn('f'), fn('static get_foo', [], { returns: 'struct foo*' })],
    variables: [variable('static table', 'struct foo[]'), variable('static one', 'struct foo')],
    macros: [
      macro('current_foo', '(get_foo())'),
      macro('one_lock', '(&one.lock)'),
      macro('foo_of(x)', 'container_of(x, struct foo, member)', ['container_of']),
      macro('lock_of(p)', '(&(p)->lock)'),
      macro('as_foo(p)', '((struct foo *)(p))'),
      macro('wrapped(p)', '({ int dummy = 1; as_foo(p); })'),
      macro('choose(p)', '((p) ? get_foo() : 0)'),
      macro('strange(p)', 'p ## _x'),
      macro('endless(p)', 'endless(p)', ['endless']),
    ],
  },
  'a.h': {
    typedefs: { foo_p: 'struct foo*', get_t: 'struct foo*(*)' },
    records: [
      record('struct foo', {
        lock: 'spinlock_t',
        next: 'foo_p',
        locks: 'spinlock_t[]',
        get: 'get_t',
        data: 'void*',
      }),
    ],
    prototypes: [prototype('make_foo', 'struct foo*')],
    constants: { LIMIT: 3 },
  },
});

/** The type of the last expression. */
function typed(
  exprs: readonly Expr[],
  events: readonly Event[] = [],
  locals: Readonly<Record<string, string>> = {},
): string {
  const body = skeleton(exprs, events, {
    parameters: { p: 'struct foo*', untyped: '', anything: 'void*' },
    locals,
  });
  return typeOf(body, exprs.length - 1, functionNamed(program, 'a.c', 'f'), program);
}

const P: Expr = { k: 'parameter', index: 0 };
const STAR: Expr = { k: 'deref', base: 0 };

const global = (name: string): string => typed([{ k: 'global', name }]);

describe('the type of an expression', () => {
  it('follows parameters, fields, pointers and addresses', () => {
    assert.equal(typed([P]), 'struct foo*');
    assert.equal(typed([P, STAR]), 'struct foo');
    assert.equal(typed([P, STAR, { k: 'field', base: 1, name: 'lock' }]), 'spinlock_t');
    assert.equal(
      typed([P, STAR, { k: 'field', base: 1, name: 'lock' }, { k: 'address', base: 2 }]),
      'spinlock_t*',
    );
    assert.equal(typed([P, STAR, { k: 'field', base: 1, name: 'missing' }]), '');
    assert.equal(typed([{ k: 'parameter', index: 1 }, STAR]), '');
  });

  it('sees through a typedef of a pointer', () => {
    const next: Expr = { k: 'field', base: 1, name: 'next' };
    assert.equal(typed([P, STAR, next]), 'foo_p');
    assert.equal(typed([P, STAR, next, { k: 'deref', base: 2 }]), 'struct foo');
  });

  it('handles elements of arrays', () => {
    const locks: Expr = { k: 'field', base: 1, name: 'locks' };
    const zero: Expr = { k: 'constant', value: 0 };
    assert.equal(typed([P, STAR, locks, zero, { k: 'index', base: 2, index: 3 }]), 'spinlock_t');
    assert.equal(
      typed([{ k: 'global', name: 'table' }, zero, { k: 'index', base: 0, index: 1 }]),
      'struct foo',
    );
  });

  it('knows globals, constants, functions and object-like macros', () => {
    assert.equal(global('one'), 'struct foo');
    assert.equal(global('LIMIT'), 'int');
    assert.equal(global('get_foo'), 'struct foo*(*)');
    assert.equal(global('current_foo'), 'struct foo*');
    assert.equal(global('one_lock'), 'spinlock_t*');
    assert.equal(global('missing'), '');
  });

  it('knows containers and casts, but not void *', () => {
    assert.equal(typed([P, { k: 'container', base: 0, type: 'struct bar', member: 'x' }]), 'struct bar*');
    assert.equal(typed([P, { k: 'cast', base: 0, type: 'struct bar*' }]), 'struct bar*');
    assert.equal(typed([P, { k: 'cast', base: 0, type: 'void*' }]), 'struct foo*');
    assert.equal(typed([{ k: 'parameter', index: 2 }]), '');
    assert.equal(typed([P, STAR, { k: 'field', base: 1, name: 'data' }]), '');
  });

  it('knows what a call returns: function, prototype, macro, pointer to function', () => {
    const result = (callee: string): string => typed([P, { k: 'result', event: 7 }], [call(7, callee, [0])]);
    assert.equal(result('get_foo'), 'struct foo*');
    assert.equal(result('make_foo'), 'struct foo*');
    assert.equal(result('foo_of'), 'struct foo*');
    assert.equal(result('lock_of'), 'spinlock_t*');
    assert.equal(result('as_foo'), 'struct foo*');
    assert.equal(result('wrapped'), 'struct foo*');
    assert.equal(result('choose'), 'struct foo*');
    assert.equal(result('strange'), '');
    assert.equal(result('endless'), '');
    assert.equal(result('missing'), '');
    const get: Expr = { k: 'field', base: 1, name: 'get' };
    assert.equal(typed([P, STAR, get, { k: 'result', event: 7 }], [call(7, 2)]), 'struct foo*');
  });

  it('of an untyped local is that of its assigned value', () => {
    const local: Expr = { k: 'local', index: 0 };
    assert.equal(typed([P, local], [assign(0, 1, 0)], { x: '' }), 'struct foo*');
    assert.equal(typed([P, local], [assign(0, 1, 1)], { x: '' }), '');
    assert.equal(typed([P, local], [assign(0, 1, 0)], { x: 'void*' }), '');
    assert.equal(typed([P, local], [assign(0, 1, 0)], { x: 'struct bar*' }), 'struct bar*');
  });

  it('knows pointer arithmetic and comparisons', () => {
    const one: Expr = { k: 'constant', value: 1 };
    assert.equal(typed([P, one, { k: 'binary', op: '+', left: 0, right: 1 }]), 'struct foo*');
    assert.equal(typed([P, one, { k: 'binary', op: '==', left: 0, right: 1 }]), 'int');
  });
});
