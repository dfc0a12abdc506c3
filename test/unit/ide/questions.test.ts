import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { heldAt } from '../../../analysis/ide/held.js';
import { hoverAt, unknownCallAt, type Hover } from '../../../analysis/ide/hover/hover.js';
import type { Position, View } from '../../../analysis/ide/view.js';
import { runToEnd, Workspace } from '../../../analysis/workspace/index.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';

const TEXT = `static DEFINE_MUTEX(outer);
static DEFINE_SPINLOCK(inner);
struct box { struct mutex lock; int value; };

static void take(struct box *box)
{
	mutex_lock(&box->lock);
	box->value++;
	mutex_unlock(&box->lock);
}

static void must(struct box *box)
{
	mutex_unlock(&outer);
	box->value++;
	mutex_lock(&outer);
}

static void work(struct box *box)
{
	mutex_lock(&outer);
	take(box);
	spin_lock(&inner);
	box->value = 1;
	spin_unlock(&inner);
	must(box);
	mutex_unlock(&outer);
	box->value = 2;
}

static DEFINE_MUTEX(ring);

static void rest(void)
{
	msleep(3);
}

static void sleepy(struct box *box)
{
	mutex_lock(&ring);
	rest();
	mutex_unlock(&ring);
}

static void afar(struct box *box)
{
	far_away(box);
}

static void on_work(struct work_struct *work)
{
	sleepy(0);
}

static void start(struct work_struct *work)
{
	INIT_WORK(work, on_work);
}
`;

describe('questions about a position', () => {
  let view: View;

  before(async () => {
    const compiler = new Compiler([], await createNodeParser());
    const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
    workspace.apply([{ file: 'a.c', summary: compiler.compile(TEXT).summary }]);
    for (;;) {
      const analysis = runToEnd(workspace.update());
      if (analysis) {
        view = { program: workspace.program, analysis };
        return;
      }
      const supply = workspace
        .demands()
        .map((demand) => ({ demand, skeleton: compiler.skeletons(TEXT, [demand])[0] }));
      workspace.supply(supply);
    }
  });

  /** The place of a word: of its occurrence behind another text. */
  function at(what: string, behind = ''): Position {
    const offset = TEXT.indexOf(what, TEXT.indexOf(behind));
    const lines = TEXT.slice(0, offset).split('\n');
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  }

  function hover(what: string, behind = ''): Hover | undefined {
    const position = at(what, behind);
    return hoverAt(view, 'a.c', position, TEXT.split('\n')[position.line - 1] ?? '');
  }

  const held = (what: string, behind = ''): string[] | undefined =>
    heldAt(view, 'a.c', at(what, behind))?.map(({ id }) => id);

  it('a lock in a call: shows its class, and what is acquired while it is held', () => {
    const found = hover('outer', 'static void work');
    assert.ok(found?.kind === 'lock');
    assert.equal(found.lock.kind, 'mutex');
    assert.equal(found.operation, 'acquire');
    assert.deepEqual(found.after.map(({ other }) => other.id).sort(), ['a.c:inner', 'box.lock']);
    assert.deepEqual(found.before, []);
    assert.deepEqual(found.held, []);
  });

  it('a call of an unread function: shows only its name', () => {
    const unknown = (what: string, behind = ''): string | undefined => {
      const position = at(what, behind);
      return unknownCallAt(view, 'a.c', position, TEXT.split('\n')[position.line - 1] ?? '')?.name;
    };
    assert.equal(unknown('far_away'), 'far_away');
    assert.equal(unknown('take', 'static void work'), undefined);
    assert.equal(unknown('mutex_lock'), undefined);
    assert.equal(unknown('box', 'far_away'), undefined);
  });

  it('a lock in its declaration, and a field of a struct: show the lock', () => {
    const global = hover('inner');
    assert.ok(global?.kind === 'lock');
    assert.deepEqual(
      global.before.map(({ other, count }) => [other.id, count]),
      [['a.c:outer', 1]],
    );
    const field = hover('lock;');
    assert.ok(field?.kind === 'lock' && field.lock.id === 'box.lock');
  });

  it('a call: shows what it acquires, releases and requires', () => {
    const take = hover('take', 'static void work');
    assert.ok(take?.kind === 'call');
    assert.deepEqual(
      take.acquires.map(({ id }) => id),
      ['box.lock'],
    );
    assert.deepEqual(
      take.held?.map(({ id }) => id),
      ['a.c:outer'],
    );
    const must = hover('must', 'static void work');
    assert.ok(must?.kind === 'call');
    assert.deepEqual(
      must.needs.map(({ id }) => id),
      ['a.c:outer'],
    );
  });

  it('a variable: shows the locks in the object it is or points to', () => {
    for (const found of [hover('box)', 'take(box'), hover('box->lock'), hover('box->value = 1')]) {
      assert.ok(found?.kind === 'variable');
      assert.equal(found.type, 'struct box');
      assert.deepEqual(
        found.locks.map(({ id }) => id),
        ['box.lock'],
      );
    }
  });

  it('a call that acquires nothing: shows whether it may sleep', () => {
    const found = hover('rest', 'static void sleepy');
    assert.ok(found?.kind === 'call');
    assert.equal(found.maySleep, true);
    assert.deepEqual(found.acquires, []);
  });

  it('shows the contexts in which a lock is used, with their source', () => {
    const found = hover('ring');
    assert.ok(found?.kind === 'lock');
    assert.deepEqual(
      found.contexts.map(({ context, at: { line } }) => [context, line]),
      [['work', at('start(').line]],
    );
  });

  it('shows nothing on other words, and outside of functions', () => {
    assert.equal(hover('value', 'static void work'), undefined);
    assert.equal(hover('static'), undefined);
  });

  it('shows the held locks before a call, between calls, and after the last one', () => {
    assert.deepEqual(held('mutex_lock', 'static void work'), []);
    assert.deepEqual(held('spin_lock', 'static void work'), ['a.c:outer']);
    assert.deepEqual(held('box->value = 1', 'static void work'), ['a.c:outer', 'a.c:inner']);
    assert.deepEqual(held('mutex_unlock(&outer)', 'static void work'), ['a.c:outer']);
  });
});
