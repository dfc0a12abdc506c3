import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readOrderFile } from '../../../analysis/outline/orders/order-file.js';
import { outline } from './support.js';

/** The orders of a text as `a < b`, with the line each is told at. */
function orders(text: string): string[] {
  return outline(text).orders.map(({ at, locks, form }) => `${at.line} ${form} ${locks.join(' < ')}`);
}

describe('orders in comments', () => {
  it('are read from all forms of arrows, across lines', () => {
    assert.deepEqual(orders('/* Lock ordering: uuid_mutex -> dev->list_lock -> chunk_mutex */'), [
      '1 chain uuid_mutex < dev.list_lock < chunk_mutex',
    ]);
    assert.deepEqual(orders('/*\n * lock order:\n * a_lock --> b_lock -->\n *   c_lock\n */'), [
      '3 chain a_lock < b_lock < c_lock',
    ]);
    assert.deepEqual(orders('// normal locking order is tr->mutex => direct_mutex (ftrace.c)'), [
      '1 chain tr.mutex < direct_mutex',
    ]);
    assert.deepEqual(orders('/* The lock hierarchy is rtnl_lock > {lock, mii_lock} > window_lock. */'), [
      '1 chain rtnl_lock < lock < window_lock',
      '1 chain rtnl_lock < mii_lock < window_lock',
    ]);
  });

  it('are read from tables: nested, numbered, or one per line', () => {
    assert.deepEqual(
      orders(`/*
 * Lock order:
 *
 * ip->i_lock
 *   qi->tree_lock
 *     dquot->q_lock (dqlock() and friends)
 *     qi->lru_lock
 */`),
      ['6 table ip.i_lock < qi.tree_lock < dquot.q_lock', '7 table ip.i_lock < qi.tree_lock < qi.lru_lock'],
    );
    assert.deepEqual(
      orders('/*\n * Lock order:\n *   1. slab_mutex (Global)\n *   2. node->list_lock\n */'),
      ['3 table slab_mutex < node.list_lock'],
    );
    assert.deepEqual(
      orders(
        '/*\n * They MUST be taken\n * in order as follows, locks first:\n *\n * group->mark_mutex\n * mark->lock\n */',
      ),
      ['5 table group.mark_mutex < mark.lock'],
    );
  });

  it('are read from sentences, whose subject may be the documented lock', () => {
    assert.deepEqual(orders('/* mmlist_lock nests inside swap_lock. */'), [
      '1 sentence swap_lock < mmlist_lock',
    ]);
    assert.deepEqual(orders('/* The unit_lock must be acquired before the rr_lock. */'), [
      '1 sentence unit_lock < rr_lock',
    ]);
    assert.deepEqual(orders('struct a {\n\t/* nests inside the table_lock: */\n\tspinlock_t lock;\n};'), [
      '2 sentence table_lock < a.lock',
    ]);
    assert.deepEqual(orders('/* reply_mutex protects the reply. It nests inside msg_mutex. */'), [
      '1 sentence msg_mutex < reply_mutex',
    ]);
  });

  it('are read from the declarations directly below', () => {
    assert.deepEqual(
      orders(
        'struct a {\n\t/*\n\t * Locks must be taken in this order, if at all.\n\t */\n\tspinlock_t open;\n\tspinlock_t fifo;\n\n\n\tspinlock_t other;\n};',
      ),
      ['2 table a.open < a.fifo'],
    );
  });

  it('are not read from comments about something else', () => {
    for (const text of [
      '/* kvm->arch -> config: the order of locks does not matter here */',
      '/* must not be taken under a_lock, nor nested inside b_lock */',
      '/* the unlocking order is\n * 1. b_lock\n * 2. a_lock\n */',
      '/* in order to prevent the circular lock dependency a_lock --> b_lock */',
      '/* Returns after the queue_lock was seen; call before foo_lock() is */',
      'char *text = "lock order: a_lock -> b_lock";',
    ]) {
      assert.deepEqual(orders(text), [], text);
    }
  });

  it('take linear time for any comment', () => {
    const long = (part: string): string => `/* lock order ${part.repeat(200_000)} */`;
    for (const part of [
      'a_lock -> ',
      'nests inside ',
      'the lock, ',
      '(a ',
      '{ -> ',
      'must be taken ',
      ' * \n * x_lock\n',
    ])
      outline(long(part));
  });
});

describe('.lockorder files', () => {
  it('declare one order per line', () => {
    const { orders: declared, gaps } = readOrderFile(
      '# top\na_lock < s->b < *.c/1 # why\r\n\nf/g.c:h:x<y#k\n',
    );
    assert.deepEqual(
      declared.map(({ locks, at }) => [at.line, ...locks]),
      [
        [2, 'a_lock', 's.b', '*.c/1'],
        [4, 'f/g.c:h:x', 'y#k'],
      ],
    );
    assert.deepEqual(gaps, []);
  });

  it('report an invalid line and continue', () => {
    const { orders: declared, gaps } = readOrderFile(
      'one\n< b\na <\na < < b\na > b\na = b\na < b < a\na b < c\na < b\n',
    );
    assert.deepEqual(
      gaps.map(({ at, detail }) => `${at.line} ${detail}`),
      [
        '1 one lock alone is no order; expected LOCK < LOCK',
        "2 no lock before '<'",
        "3 no lock behind '<'",
        "4 no lock behind '<'",
        "5 'a > b': only '<' stands between locks, the outermost first",
        "6 'a = b': only '<' stands between locks, the outermost first",
        "7 'a' stands twice in one order",
        "8 'a b' is no lock class",
      ],
    );
    assert.equal(declared.length, 1);
  });
});
