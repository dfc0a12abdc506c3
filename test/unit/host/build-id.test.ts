import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { buildId, programId } from '../../../host/node/build-id.js';
import { within } from './temporary.js';

const bundles = { 'worker.cjs': 'compile()', 'cli.cjs': 'link(); judge()', 'tree-sitter-c.wasm': 'grammar' };

describe('the identity of a build', () => {
  it('of the compiler does not change with unrelated code', () =>
    within(bundles, (folder) => {
      const before = buildId(folder.path);
      folder.write('cli.cjs', 'link(); judgeBetter()');
      assert.equal(buildId(folder.path), before);
      folder.write('worker.cjs', 'compileBetter()');
      assert.notEqual(buildId(folder.path), before);
    }));

  it('of the program changes with all code that a result depends on', () =>
    within(bundles, (folder) => {
      const ids = new Set([programId(folder.path)]);
      for (const name of Object.keys(bundles)) {
        folder.write(name, 'changed');
        ids.add(programId(folder.path));
      }
      assert.equal(ids.size, 4);
    }));
});
