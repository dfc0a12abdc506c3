import assert from 'node:assert/strict';
import { join } from 'node:path';
import { findRoot } from '../../../host/node/root.js';
import { within } from './temporary.js';

describe('the default root', () => {
  it('is the current folder, or the deepest common folder of paths elsewhere', () =>
    within({ 'a/b/x.c': '', 'a/c/y.c': '' }, ({ path }) => {
      assert.equal(findRoot(['a/b/x.c', 'a/c'], path), path);
      assert.equal(findRoot(['a/b/x.c'], path), path);
      assert.equal(findRoot([join(path, 'a/b/x.c')], '/'), join(path, 'a/b'));
      assert.equal(findRoot([join(path, 'a/b/x.c'), join(path, 'a/c')], '/usr'), join(path, 'a'));
      assert.equal(findRoot([], path), path);
    }));

  it('is the nearest enclosing project', () =>
    within({ 'p/.git/HEAD': '', 'p/q/lockorder.json': '{}', 'p/q/r/x.c': '', 'p/s/y.c': '' }, ({ path }) => {
      assert.equal(findRoot(['p/q/r/x.c'], path), join(path, 'p/q'));
      assert.equal(findRoot(['p/s/y.c'], path), join(path, 'p'));
    }));

  it('is the top of a kernel tree, not a folder inside with Kbuild and Kconfig', () =>
    within(
      { 'k/Kbuild': '', 'k/Kconfig': '', 'k/arch/x86/Kbuild': '', 'k/arch/x86/Kconfig': '' },
      ({ path }) => {
        assert.equal(findRoot(['k/arch/x86'], path), join(path, 'k'));
      },
    ));

  it('counts a missing path as its nearest existing folder', () =>
    within({ 'a/.git/HEAD': '', 'a/b/x.c': '' }, ({ path }) => {
      assert.equal(findRoot(['a/b/none/y.c'], path), join(path, 'a'));
    }));
});
