import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { published, VSIX } from '../../support/published.js';
import { ROOT } from '../../support/root.js';
import { E2E, RUN } from './paths.js';

/** The .vsix of the extension as it is shipped. Throws with the tools' words. */
export function packageExtension(): string {
  return join(published(), VSIX);
}

/** Packages an extension of the tests' own, in a folder here, with what it needs. Throws with vsce's words. */
export function packageOther(name: string): string {
  const vsix = join(RUN, `${name}.vsix`);
  const folder = join(RUN, `extension-${name}`);
  const source = join(E2E, 'extensions', name);
  cpSync(source, folder, { recursive: true });
  const code = join(source, 'extension.cjs');
  if (existsSync(code)) {
    buildSync({
      entryPoints: [code],
      outfile: join(folder, 'extension.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode'],
    });
  }
  const { status, stdout, stderr } = spawnSync(
    join(ROOT, 'node_modules/.bin/vsce'),
    ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '-o', vsix],
    { cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stdout + stderr);
  return vsix;
}

/**
 * A fresh copy of the examples, since tests change them. It is outside of this repository, whose root
 * would otherwise be their root.
 */
export function copyExamples(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'lockorder-')), 'examples');
  cpSync(join(ROOT, 'examples'), folder, { recursive: true, filter: (path) => !path.endsWith('.mjs') });
  return folder;
}
