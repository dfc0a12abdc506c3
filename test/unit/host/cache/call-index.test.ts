import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createModels } from '../../../../analysis/models/index.js';
import { outlineFile } from '../../../../analysis/outline/index.js';
import { CallIndex, callsOf, nameNumber } from '../../../../host/call-index.js';

const models = createModels();

function indexOf(files: Readonly<Record<string, string>>): CallIndex {
  const index = new CallIndex();
  for (const [file, text] of Object.entries(files)) {
    index.set(file, { size: text.length, mtimeMs: 1, ...callsOf(outlineFile(text, models), models) });
  }
  return index;
}

function around(index: CallIndex, ...own: readonly string[]): readonly string[] {
  const steps = index.around(own);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value.map(({ file }) => file);
  }
}

const FILES = {
  'own.c': `static void local(void) { }
int own_run(struct own *o) { mutex_lock(&o->lock); local(); helper_near(o); helper_far(o); return 0; }`,
  'near.c': 'void helper_near(struct own *o) { helper_far(o); }',
  'far.c': 'void helper_far(struct own *o) { }',
  'caller.c': 'static void go(struct own *o) { own_run(o); }',
  'table.c': 'static const struct ops table = { .run = own_run };',
  'namesake.c': 'static void local(void) { } void other(void) { local(); }',
  'stranger.c': 'void stranger(struct own *o) { mutex_lock(&o->lock); }',
};

describe('the call index of a tree', () => {
  it('finds callees, callers and tables, and nothing else', () => {
    const found = around(indexOf(FILES), 'own.c');
    assert.deepEqual([...found].sort(), ['caller.c', 'far.c', 'near.c', 'table.c']);
  });

  it('ranks functions with few users first', () => {
    const found = around(indexOf(FILES), 'own.c');
    assert.ok(found.indexOf('near.c') < found.indexOf('far.c'), found.join());
  });

  it('ignores functions that everyone calls', () => {
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`m${at}.c`, `void m${at}(void) { helper_far(0); }`]),
    );
    assert.ok(!around(indexOf({ ...FILES, ...many }), 'own.c').includes('far.c'));
  });

  it('round-trips, and is empty for another build or damage', () => {
    const index = indexOf(FILES);
    const bytes = index.encode('build');
    const again = CallIndex.decode(bytes, 'build');
    assert.deepEqual(around(again, 'own.c'), around(index, 'own.c'));
    assert.deepEqual(again.get('near.c')?.defines, Uint32Array.of(nameNumber('helper_near')));
    // Whatever place in memory it was read to.
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    assert.equal(CallIndex.decode(shifted.subarray(1), 'build').size, index.size);
    assert.equal(CallIndex.decode(bytes, 'other').size, 0);
    assert.equal(CallIndex.decode(bytes.subarray(0, bytes.length / 2), 'build').size, 0);
    assert.equal(CallIndex.decode(new Uint8Array(), 'build').size, 0);
  });
});
