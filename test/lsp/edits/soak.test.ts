import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { soak, type SoakOptions } from '../support/soak.js';

/*
 * A server under hard use. The short run is on made-up drivers; the long one, by hand, on a kernel tree:
 * LOCKORDER_TREE=DIR [LOCKORDER_EDITS=10000] node node_modules/mocha/bin/mocha.js out/test/lsp/edits/soak.test.js
 * LOCKORDER_SEED makes another sequence of edits.
 */
const TREE = process.env['LOCKORDER_TREE'];
const EDITS = Number(process.env['LOCKORDER_EDITS'] ?? (TREE === undefined ? 150 : 10_000));
const SEED = process.env['LOCKORDER_SEED'];
const FOLDERS = ['drivers/md', 'sound/core'];
const MOST_FILES = 50;

/**
 * In the long run the heap after a collection may be so much larger than before the first key, resident memory than a
 * cycle before. The short run of continuous integration only prints them.
 */
const HEAP_SHARE = 1.1;
const RSS_SHARE = 1.25;

function kernelFiles(tree: string): Pick<SoakOptions, 'files' | 'others'> {
  const read = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, readFileSync(join(tree, name), 'latin1')]));
  const all = FOLDERS.flatMap((folder) => readdirSync(join(tree, folder)).map((name) => `${folder}/${name}`));
  const sources = all.filter((name) => name.endsWith('.c')).slice(0, MOST_FILES);
  return { files: read(sources), others: read(all.filter((name) => name.endsWith('.h'))) };
}

function madeUpFiles(): Pick<SoakOptions, 'files' | 'others'> {
  const others = {
    Kbuild: 'obj-m += a.o\n',
    'dev.h':
      '#include <linux/mutex.h>\nstruct dev { struct mutex a; struct mutex b; int n; };\nvoid poke(struct dev *d);\n',
  };
  const files = Object.fromEntries(
    Array.from({ length: 8 }, (_, index): [string, string] => {
      const [first, second] = index % 4 === 3 ? ['b', 'a'] : ['a', 'b'];
      const body = Array.from(
        { length: 12 },
        (__, fn) => `
static int work_${index}_${fn}(struct dev *d)
{
	mutex_lock(&d->${first});
	mutex_lock(&d->${second});
	d->n += ${fn};
	mutex_unlock(&d->${second});
	mutex_unlock(&d->${first});
	return 0;
}
`,
      );
      return [`driver${index}.c`, `#include "dev.h"\n${body.join('')}`];
    }),
  );
  return { files, others };
}

describe('a server under hard use', function () {
  this.timeout(TREE === undefined ? 600_000 : 6 * 3600_000);

  it(`stays correct through ${EDITS} keys, renames, deletions and checkouts`, async () => {
    const { atRest, memory, different, stale, log, diagnostics } = await soak({
      ...(TREE === undefined ? madeUpFiles() : kernelFiles(TREE)),
      edits: EDITS,
      cycles: 3,
      pause: TREE === undefined ? 2 : 20,
      ...(SEED === undefined ? {} : { seed: Number(SEED) }),
    });
    console.log(`      ${diagnostics} diagnostics in the end`);
    for (const { heapMb, rssMb } of [atRest, ...memory]) {
      console.log(`      heap ${heapMb.toFixed(1)} MB, resident ${rssMb.toFixed(0)} MB`);
    }
    const complaints = log.filter((line) => !/: read .* files in all$/.test(line));
    assert.deepEqual(complaints, []);
    assert.deepEqual(different, []);
    assert.equal(stale, 0);
    if (TREE === undefined) assert.ok(diagnostics > 0);
    if (TREE === undefined) return;
    const [, before, after] = memory;
    assert.ok(before && after);
    for (const { heapMb } of memory) assert.ok(heapMb <= atRest.heapMb * HEAP_SHARE, 'the heap grows');
    assert.ok(after.rssMb <= before.rssMb * RSS_SHARE, 'resident memory grows');
  });
});
