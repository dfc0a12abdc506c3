import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Definitions } from '../../../host/node/survey/definitions.js';

describe('an index of definitions and of names in strings', () => {
  let root = '';
  let cache = '';
  const files = ['a.c', 'b.c', 'c.c', 'd.c', 'e.c'];

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'lockorder-definitions-'));
    cache = join(root, '.cache');
    mkdirSync(cache);
    const texts = [
      'static int pond_probe(void)\n{\n\treturn request_irq(4, pond_irq, 0, "pond", NULL);\n}\n',
      'static const char name[] = "pond-%d";\n',
      'void pond_say(void)\n{\n\tpr_info("pond is full, and it will stay full for a long while\\n");\n}\n',
      'static const char *names[] = { "cs4231 (play)", "i8042" };\n',
      'static const char name[] = "ponds"; static const char other[] = "quay";\n',
    ];
    for (const [at, text] of texts.entries()) writeFileSync(join(root, files[at] ?? ''), text);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const naming = (...names: string[]): readonly string[] =>
    new Definitions(root, cache).naming(files, new Set(names));

  it('finds the files with a string that begins with a name, but no sentences', () => {
    assert.deepEqual(naming('pond'), ['a.c', 'b.c']);
    assert.deepEqual(naming('quay', 'cs'), ['e.c']);
    assert.deepEqual(naming('cs4231'), ['d.c']);
    assert.deepEqual(naming('i8042'), ['d.c']);
    assert.deepEqual(naming('reed'), []);
  });

  it('finds definitions of the same files', () => {
    const found = new Definitions(root, cache).defining(files, new Set(['pond_probe', 'pond_say']));
    assert.deepEqual([...found], ['a.c', 'c.c']);
  });

  it('reads a file again when its size or time changes', () => {
    assert.deepEqual(naming('heron'), []);
    writeFileSync(join(root, 'c.c'), 'static const char name[] = "heron";\n');
    const { mtimeMs } = statSync(join(root, 'c.c'));
    utimesSync(join(root, 'c.c'), mtimeMs / 1000, mtimeMs / 1000 + 10);
    assert.deepEqual(naming('heron'), ['c.c']);
  });
});
