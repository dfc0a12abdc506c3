import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { lockCallGrammar } from '../../../analysis/ide/lock-call-grammar.js';
import { ROOT } from '../../support/root.js';
import { read } from '../../support/sources.js';

/** Set to rewrite the snapshots; then look at the difference. */
const UPDATE = process.env['LOCKORDER_SNAPSHOTS'] !== undefined;
const FOLDER = 'test/unit/syntaxes/snapshots';
const TESTER = join(ROOT, 'node_modules/vscode-tmgrammar-test/dist/snapshot.js');

interface Manifest {
  readonly contributes: {
    readonly languages: readonly unknown[];
    readonly grammars: readonly { readonly scopeName: string; readonly path: string }[];
  };
}

/**
 * What the editor's own tokenizer makes of a file of each language, with the grammars that package.json names.
 * The one of locking calls is made here as the build makes it.
 */
describe('the grammars, in the tokenizer of VS Code', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lockorder-grammars-'));
    cpSync(join(ROOT, 'syntaxes'), join(folder, 'syntaxes'), { recursive: true });
    cpSync(join(ROOT, FOLDER), folder, { recursive: true });
    writeFileSync(join(folder, 'lock-calls.tmLanguage.json'), lockCallGrammar());
    const { languages, grammars } = (JSON.parse(read('package.json')) as Manifest).contributes;
    const own = grammars.map((grammar) => ({ ...grammar, path: grammar.path.replace('./dist/', './') }));
    const c = { language: 'c', scopeName: 'source.c', path: './c.tmLanguage.json' };
    const contributes = {
      languages: [...languages, { id: 'c', extensions: ['.c'] }],
      grammars: [...own, c],
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ contributes }));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of readdirSync(join(ROOT, FOLDER)).filter((file) =>
    /\.(?:c|dmesg|lockorder)$/.test(file),
  )) {
    it(`give ${name} the scopes of its snapshot`, () => {
      const update = UPDATE ? ['--updateSnapshot'] : [];
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [TESTER, '--config', 'package.json', ...update, name],
        { cwd: folder, encoding: 'utf8' },
      );
      if (UPDATE) copyFileSync(join(folder, `${name}.snap`), join(ROOT, FOLDER, `${name}.snap`));
      assert.equal(status, 0, stdout + stderr);
    });
  }
});
