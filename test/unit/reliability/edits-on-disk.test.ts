import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { drawn } from '../../../bench/support/draw.js';
import { runShown } from '../../../cli/session/session.js';
import { parseFixture } from '../../support/fixture.js';
import { ROOT } from '../../support/root.js';
import { runs } from '../../support/runs.js';
import { within } from '../host/temporary.js';

/*
 * Scans with a cache from one edit to the next, against scans without one. By hand with more of it: LOCKORDER_FUZZ=20.
 */
const EDITS = runs(24);
const FIXTURES = join(ROOT, 'test/fixtures');
const FOLDERS = 30;
const HEADER = '/* shared */\n#define SHARED_DEPTH 4\nstruct shared { struct mutex lock; int count; };\n';

/** Fixtures of every rule, each in a folder of its own. */
function corpus(): Map<string, string> {
  const all = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.c'),
  );
  const files = new Map([
    ['Kbuild', ''],
    ['Kconfig', ''],
    ['include/linux/mutex.h', HEADER],
  ]);
  for (const name of drawn(all.sort(), FOLDERS, 6)) {
    const folder = name.replace(/\.c$/u, '').replaceAll('/', '-');
    for (const file of parseFixture(readFileSync(join(FIXTURES, name), 'utf8'), 'a.c').files)
      files.set(`${folder}/${file.name}`, `#include <linux/mutex.h>\n${file.text}`);
  }
  return files;
}

type Edit = (lines: string[], at: number) => void;

const EDITS_OF_LINES: readonly Edit[] = [
  (lines, at) => void lines.splice(at, 0, ''),
  (lines, at) => void lines.splice(at, 0, '/* something to say */'),
  (lines, at) => void (lines[at] += ' /* more */'),
  (lines, at) => void (lines[at] = (lines[at] ?? '').replace(/\d+/u, '7')),
  (lines, at) => void (lines[at] = ` ${lines[at]}`),
  (lines, at) => void lines.splice(at, 1),
  (lines, at) => void lines.splice(at, 0, lines[at] ?? ''),
  (lines, at) => void (lines[at] = (lines[at] ?? '').replace(/\bmutex_lock\b/u, 'mutex_unlock')),
  (lines) => void lines.push('static int appended(int n)', '{', '\treturn n + 1;', '}', ''),
];

describe('edits between scans with a cache', function () {
  this.timeout(600_000 + EDITS * 20_000);

  it(`give the result of a scan without a cache, ${EDITS} times`, () =>
    within({}, async (folder) => {
      const tree = join(folder.path, 'tree');
      const texts = corpus();
      for (const [file, text] of texts) folder.write(join('tree', file), text);
      /** What is shown, and whether it was computed again. */
      const scan = (cache: string | false): Promise<{ readonly shown: unknown; readonly isNew: boolean }> =>
        runShown(
          [tree],
          { root: tree, cache, jobs: 1, confidence: 'low', stats: true, isSilent: true, fixFor: () => true },
          ({ snapshot, skipped, times }) => {
            const { findings, notes, reportedFiles } = snapshot;
            // What it cost depends on what an earlier scan knew.
            const { costs: _, ...counts } = snapshot.counts();
            const shown = { findings, notes, reportedFiles, counts, skipped };
            return { shown: JSON.parse(JSON.stringify(shown)) as unknown, isNew: times.check > 0 };
          },
        );
      const cache = join(folder.path, 'cache');
      assert.equal((await scan(cache)).isNew, true);
      assert.equal((await scan(cache)).isNew, false);
      const names = [...texts.keys()].filter((file) => /\.[ch]$/u.test(file));
      let remembered = 0;
      /** Writes a file, and compares the two scans. Whether the result was computed again. */
      const isComputedAgain = async (file: string, text: string, what: string): Promise<boolean> => {
        texts.set(file, text);
        folder.write(join('tree', file), text);
        const again = await scan(cache);
        const clean = await scan(false);
        assert.deepEqual(again.shown, clean.shown, what);
        return again.isNew;
      };
      for (let round = 0; round < EDITS; round++) {
        const [file = ''] = drawn(names, 1, round);
        const [edit] = drawn(EDITS_OF_LINES, 1, round + 1000);
        const lines = (texts.get(file) ?? '').split('\n');
        const [at = 0] = drawn([...lines.keys()], 1, round + 2000);
        edit?.(lines, at);
        const what = `edit ${round}, line ${at + 1} of ${file}`;
        if (!(await isComputedAgain(file, lines.join('\n'), what))) remembered++;
      }
      assert.ok(remembered > EDITS / 6, `${remembered} results remembered`);
      // The drawn edits may all be comments and blank lines.
      const locking = names.find((name) => texts.get(name)?.includes('mutex_unlock(') === true) ?? '';
      const text = (texts.get(locking) ?? '').replaceAll('mutex_unlock(', 'mutex_lock(');
      assert.equal(await isComputedAgain(locking, text, `every release in ${locking}`), true);
    }));
});
