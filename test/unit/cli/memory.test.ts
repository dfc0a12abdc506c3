import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ScanOutput } from '../../../analysis/report/formats/schema.js';
import { ROOT } from '../../support/root.js';
import { within } from '../host/temporary.js';

const FOLDERS = ['one', 'two', 'three', 'four'];
const FILES_EACH = 12;
const FUNCTIONS_EACH = 60;

/** Too much for a small heap at once, little enough folder by folder; each folder has a mistake of its own. */
function files(): Record<string, string> {
  const all: Record<string, string> = { Kbuild: 'obj-y += one/\n' };
  for (const folder of FOLDERS) {
    for (let file = 0; file < FILES_EACH; file++) {
      const name = `${folder}_${file}`;
      const functions = Array.from({ length: FUNCTIONS_EACH }, (_, fn) => {
        const [first, second] = file === 3 && fn === 5 ? ['b', 'a'] : ['a', 'b'];
        return `
int work_${name}_${fn}(struct dev_${name} *d)
{
	mutex_lock(&d->${first});
	mutex_lock(&d->${second});
	d->n += work_${name}_${fn + 1}(d->next);
	if (d->n > ${fn})
		d->n = 0;
	mutex_unlock(&d->${second});
	mutex_unlock(&d->${first});
	return d->n;
}
`;
      });
      all[`${folder}/f${file}.c`] =
        `#include <linux/mutex.h>\nstruct dev_${name} { struct mutex a, b; int n; struct dev_${name} *next; };\n${functions.join('')}`;
    }
  }
  return all;
}

const IN_PARTS =
  /^lockorder: \d+ MB of memory are not enough to analyse everything at once; continuing in parts\n/;

function withoutFixes(finding: ScanOutput['findings'][number]): object {
  return { ...finding, fixes: [] };
}

describe('a scan short of memory', function () {
  this.timeout(300_000);

  const scan = (path: string, before: string, env: NodeJS.ProcessEnv = {}): [ScanOutput, string] => {
    const program = `${process.execPath} ${join(ROOT, 'out/cli/main.js')}`;
    const words = `scan . --no-cache --jobs 1 --format json --fail-on never`;
    const run = spawnSync('sh', ['-c', `${before} exec ${program} ${words}`], {
      cwd: path,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    assert.equal(run.status, 0, run.stderr);
    return [JSON.parse(run.stdout) as ScanOutput, run.stderr];
  };

  let whole: ScanOutput;
  before(() =>
    within(files(), ({ path }) => {
      [whole] = scan(path, '');
      assert.equal(whole.findings.length, FOLDERS.length);
    }),
  );

  const withHeap = (path: string, mb: number): [ScanOutput, string] =>
    scan(path, '', { NODE_OPTIONS: `--max-old-space-size=${mb}` });

  it('runs in parts, and says so', () =>
    within(files(), ({ path }) => {
      const [inParts, said] = withHeap(path, 46);
      assert.deepEqual(inParts.findings, whole.findings);
      assert.deepEqual(inParts.skipped, [{ file: '.', reason: 'in-parts' }]);
      assert.match(said, IN_PARTS);
      assert.ok(!said.includes('FATAL'), said);
    }));

  // How much a heap holds depends on the machine and on the version of Node.js, but not what is said of what is left out.
  for (const mb of [58, 68, 80])
    it(`finds the same in ${mb} MB, and says what it omits`, () =>
      within(files(), ({ path }) => {
        const [some, said] = withHeap(path, mb);
        const lacksFixes = said.includes('not enough memory to verify fixes');
        const isInParts = IN_PARTS.test(said);
        assert.deepEqual(
          lacksFixes ? some.findings.map(withoutFixes) : some.findings,
          lacksFixes ? whole.findings.map(withoutFixes) : whole.findings,
        );
        assert.deepEqual(some.skipped, isInParts ? [{ file: '.', reason: 'in-parts' }] : []);
        assert.equal(said === '', !lacksFixes && !isInParts, said);
      }));

  it('works in a small address space', () =>
    within({ 'a.c': files()['one/f3.c'] ?? '' }, ({ path }) => {
      const [{ findings }] = scan(path, 'ulimit -v 4000000;');
      assert.equal(findings.length, 1);
    }));
});
