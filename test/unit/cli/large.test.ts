import assert from 'node:assert/strict';
import { scanSchema } from '../../../analysis/report/formats/schema.js';
import { SHAPES } from '../../../bench/support/inputs/hostile.js';
import { within } from '../host/temporary.js';
import { lockorder } from './run.js';

describe('analysis bounds', () => {
  /** A scan that looks for no fixes. Verifying those of so large functions takes as long as the rest. */
  const WITHOUT_FIXES = ['--write-baseline=known.json', '--quiet'];

  /** Why functions of a shape were not looked at in full, each reason once; the scan has to come to its end. */
  function reasons(
    name: string,
    size: number,
    more: readonly string[] = WITHOUT_FIXES,
  ): Promise<readonly string[]> {
    const shape = SHAPES.find((each) => each.name === name);
    assert.ok(shape, name);
    return within({ 'a.c': shape.text(size) }, async ({ path }) => {
      const { code, out, err } = await lockorder(
        ['scan', '--format=json', '--no-cache', '--jobs=1', ...more],
        path,
      );
      assert.equal(err, '');
      assert.ok(code === 0 || code === 1, `${name}: ${code}`);
      const { skipped, unfinished } = scanSchema.parse(JSON.parse(out));
      assert.deepEqual(skipped, []);
      return [...new Set(unfinished.map(({ reason }) => reason))];
    });
  }

  it('reject a function that is too long to parse', async () =>
    assert.deepEqual(await reasons('one long line', 130_000), ['function-too-large']));

  it('reject a function that is nested too deeply to parse', async () =>
    assert.deepEqual(await reasons('ifs nested deep', 2_000), ['function-too-large']));

  it('do not reject a file with macros that grow their arguments', async () =>
    assert.deepEqual(await reasons('macros that grow their arguments', 40), []));

  it('do not reject a pointer advanced thousands of times, which denotes another object each time', async () =>
    assert.deepEqual(await reasons('a pointer that is moved on and on', 5_000), []));

  it('cut off the orders of a chain of three hundred calls that each add a held lock, and its fixes end', async () =>
    assert.deepEqual(await reasons('a chain of calls, each under a lock', 300, []), ['too-many-orders']));

  it('cut off a function with too many sleeping calls', async () =>
    assert.deepEqual(await reasons('one function that sleeps again and again under a spinning lock', 1_001), [
      'too-many-sleeps',
    ]));

  it('cut off the orders of a dense call graph in which every lock seems to be taken under every other', async () =>
    assert.deepEqual(await reasons('a mesh of calls under locks', 47), ['too-many-orders']));
});
