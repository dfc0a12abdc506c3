import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../support/root.js';
import { E2E, RUN } from './paths.js';

/** Builds the extension as it is shipped and returns the .vsix. Throws with vsce's words. */
export function packageExtension(): string {
  mkdirSync(RUN, { recursive: true });
  const vsix = join(RUN, 'lockorder.vsix');
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'package', '--', '--out', vsix], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stdout + stderr);
  return vsix;
}

/** Packages an extension of the tests' own, in a folder here. Throws with vsce's words. */
export function packageOther(name: string): string {
  const vsix = join(RUN, `${name}.vsix`);
  const { status, stdout, stderr } = spawnSync(
    join(ROOT, 'node_modules/.bin/vsce'),
    ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '-o', vsix],
    { cwd: join(E2E, name), encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stdout + stderr);
  return vsix;
}

/**
 * A fresh copy of the examples, since they get changed. It lies outside of this repository, whose root
 * would else be taken for theirs.
 */
export function copyExamples(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'lockorder-')), 'examples');
  cpSync(join(ROOT, 'examples'), folder, { recursive: true, filter: (path) => !path.endsWith('.mjs') });
  return folder;
}
