import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { ScanOutput } from '../../../analysis/report/formats/schema.js';
import { ROOT } from '../../support/root.js';
import { within } from '../host/temporary.js';

const FOLDERS = ['one', 'two', 'three'];
const FILES_EACH = 8;
const FUNCTIONS_EACH = 30;

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
  /^lockorder: \d+ MB of memory is not enough to analyse everything at once; continuing in parts\n/;

function withoutFixes(finding: ScanOutput['findings'][number]): object {
  return { ...finding, fixes: [] };
}

interface Outcome {
  readonly output: ScanOutput;
  readonly said: string;
}

function scan(path: string, before: string, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const program = `${process.execPath} ${join(ROOT, 'dist/cli.cjs')}`;
  const words = `scan . --no-cache --jobs 1 --format json --fail-on never`;
  return new Promise((resolve, reject) => {
    const options = { cwd: path, env: { ...process.env, ...env }, maxBuffer: 64 << 20 };
    execFile('sh', ['-c', `${before} exec ${program} ${words}`], options, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr, { cause: error }));
      else resolve({ output: JSON.parse(stdout) as ScanOutput, said: stderr });
    });
  });
}

const withHeap = (path: string, mb: number): Promise<Outcome> =>
  scan(path, '', { NODE_OPTIONS: `--max-old-space-size=${mb}` });

describe('a scan short of memory', () => {
  const HEAPS = [40, 43] as const;
  const outcomes = new Map<number, Outcome>();
  let whole: ScanOutput;

  // Garbage collection makes these scans long, so they run side by side.
  before(() =>
    within(files(), async ({ path }) => {
      const waiting = [...HEAPS];
      const run = async (): Promise<void> => {
        for (let mb = waiting.pop(); mb !== undefined; mb = waiting.pop())
          outcomes.set(mb, await withHeap(path, mb));
      };
      [{ output: whole }] = await Promise.all([scan(path, ''), run(), run()]);
    }),
  );

  const outcome = (mb: number): Outcome => {
    const found = outcomes.get(mb);
    assert.ok(found !== undefined);
    return found;
  };

  it('has a reference run with enough memory that finds the mistake of each folder', () => {
    assert.equal(whole.findings.length, FOLDERS.length);
  });

  it('runs in parts, and says so', () => {
    const { output, said } = outcome(HEAPS[0]);
    assert.deepEqual(output.findings, whole.findings);
    assert.deepEqual(output.skipped, [{ file: '.', reason: 'in-parts' }]);
    assert.match(said, IN_PARTS);
    assert.ok(!said.includes('FATAL'), said);
  });

  // How much a heap holds depends on the machine and on the version of Node.js, but not what is said of what is left out.
  for (const mb of HEAPS.slice(1))
    it(`gives the same findings in ${mb} MB, and says what it omits`, () => {
      const { output, said } = outcome(mb);
      const lacksFixes = said.includes('not enough memory to verify fixes');
      const isInParts = IN_PARTS.test(said);
      assert.deepEqual(
        lacksFixes ? output.findings.map(withoutFixes) : output.findings,
        lacksFixes ? whole.findings.map(withoutFixes) : whole.findings,
      );
      assert.deepEqual(output.skipped, isInParts ? [{ file: '.', reason: 'in-parts' }] : []);
      assert.equal(said === '', !lacksFixes && !isInParts, said);
    });

  it('works in a small address space', () =>
    within({ 'a.c': files()['one/f3.c'] ?? '' }, async ({ path }) => {
      const { output } = await scan(path, 'ulimit -v 4000000;');
      assert.equal(output.findings.length, 1);
    }));
});
