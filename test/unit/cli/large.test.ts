import assert from 'node:assert/strict';
import { scanSchema } from '../../../analysis/report/schema.js';
import { SHAPES } from '../../../bench/support/hostile.js';
import { within } from '../host/temporary.js';
import { lockorder, TIMEOUT_MS } from './run.js';

describe('what is too much to look at', function () {
  this.timeout(TIMEOUT_MS);

  /** Why functions of a shape were not looked at in full, each reason once; the scan has to come to its end. */
  function reasons(name: string, size: number): Promise<readonly string[]> {
    const shape = SHAPES.find((each) => each.name === name);
    assert.ok(shape, name);
    return within({ 'a.c': shape.text(size) }, async ({ path }) => {
      const { code, out, err } = await lockorder(['scan', '--format=json', '--no-cache', '--jobs=1'], path);
      assert.equal(err, '');
      assert.ok(code === 0 || code === 1, `${name}: ${code}`);
      const { skipped, unfinished } = scanSchema.parse(JSON.parse(out));
      assert.deepEqual(skipped, []);
      return [...new Set(unfinished.map(({ reason }) => reason))];
    });
  }

  it('is a function that is longer than is parsed', async () =>
    assert.deepEqual(await reasons('one long line', 130_000), ['function-too-large']));

  it('is a function nested deeper than is parsed', async () =>
    assert.deepEqual(await reasons('ifs nested deep', 2_000), ['function-too-large']));

  it('is not a macro that becomes too deep: the file is read all the same', async () =>
    assert.deepEqual(await reasons('macros that grow their arguments', 40), []));

  it('is not a pointer moved on thousands of times, which is another object then', async () =>
    assert.deepEqual(await reasons('a pointer that is moved on and on', 5_000), []));

  it('is a chain of a thousand calls, at the end of which everything is held', async () =>
    assert.deepEqual(await reasons('a chain of calls, each under a lock', 1_000), ['too-many-orders']));

  it('is a function with more sleeping calls than are looked at', async () =>
    assert.deepEqual(await reasons('one function that sleeps again and again under a spinning lock', 1_001), [
      'too-many-sleeps',
    ]));

  it('is a mesh in which everything seems to be taken under everything', async () =>
    assert.deepEqual(await reasons('a mesh of calls under locks', 80), ['too-many-orders']));
});
