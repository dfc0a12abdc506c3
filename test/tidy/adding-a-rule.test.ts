import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import { CHECKS } from '../../analysis/checks/index.js';
import type { Check } from '../../analysis/checks/engine/check.js';
import { analyse } from '../support/analyse.js';
import { parseFixture } from '../support/fixture.js';
import { ROOT } from '../support/root.js';
import { read } from '../support/sources.js';

const RULE = 'futile-try';
const PLACE = `analysis/checks/rules/${RULE}/${RULE}.ts`;

/** The only block of the page in a language. */
function block(language: string): string {
  const blocks = [...read('docs/adding-a-rule.md').matchAll(/^```(\w+)\n([^]*?)^```/gm)];
  const [text, ...more] = blocks.filter(([, name]) => name === language).map(([, , body = '']) => body);
  assert.ok(text !== undefined && more.length === 0, `one block of ${language}`);
  return text;
}

describe('the rule of docs/adding-a-rule.md', () => {
  let scratch = '';
  before(() => (scratch = mkdtempSync(join(tmpdir(), 'lockorder-page-'))));
  after(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  it('compiles as printed', () => {
    // Under the id of another rule, since the page adds its own to the list of ids in a later step.
    const file = join(scratch, PLACE);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, block('ts').replaceAll(RULE, 'held-freed'));
    const compilerOptions = {
      noEmit: true,
      composite: false,
      declaration: false,
      declarationMap: false,
      types: [],
      resolveJsonModule: true,
      rootDir: '/',
      rootDirs: [ROOT, scratch],
    };
    const extended = join(ROOT, 'tsconfig.base.json');
    // Without it, the compiler takes the page's code for CommonJS, unless a folder above happens to have such a file.
    writeFileSync(join(scratch, 'package.json'), JSON.stringify({ type: 'module' }));
    const project = join(scratch, 'tsconfig.json');
    writeFileSync(project, JSON.stringify({ extends: extended, compilerOptions, files: [PLACE] }));
    const { status, stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', project], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout);
  });

  it('finds in its fixture what the fixture expects, and nothing else', async () => {
    const { code } = await transform(block('ts'), { loader: 'ts', format: 'esm' });
    const base = join(ROOT, 'out', PLACE);
    const absolute = code.replace(/from "(\.[^"]+)"/g, (_all, specifier: string) => {
      return `from ${JSON.stringify(pathToFileURL(join(dirname(base), specifier)).href)}`;
    });
    const module = join(scratch, 'rule.mjs');
    writeFileSync(module, absolute);
    const { futileTry } = (await import(pathToFileURL(module).href)) as { readonly futileTry: Check };

    const { files, expectations } = parseFixture(block('c'), 'direct.c');
    const checks = CHECKS as Check[];
    checks.push(futileTry);
    try {
      const { snapshot } = await analyse(new Map(files.map(({ name, text }) => [name, text])));
      const found = snapshot.findings.map(({ rule, confidence, at }) => ({
        rule,
        confidence,
        line: at.line,
      }));
      const expected = expectations.map(({ rule, confidence, line }) => ({ rule, confidence, line }));
      assert.deepEqual(found, expected);
      assert.equal(expected.length, 1);
    } finally {
      checks.splice(checks.indexOf(futileTry), 1);
    }
  });
});
