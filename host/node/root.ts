import { CONFIG_FILE } from '../../analysis/workspace/config.js';
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, parse, relative, resolve, sep } from 'node:path';

/**
 * The root for some paths: the nearest folder at or above their deepest common folder that has a `.git` or a
 * `lockorder.json`, or is the top of a kernel tree. Otherwise the current folder if it contains the paths, so that
 * names of locks and findings do not depend on which paths are given; otherwise the common folder. A missing path
 * counts as its nearest existing parent.
 */
export function findRoot(paths: readonly string[], cwd: string): string {
  const folders = (paths.length > 0 ? paths : ['.']).map((path) => nearestFolder(resolve(cwd, path)));
  const common = folders.reduce(commonFolder);
  let kernel: string | undefined;
  for (let folder = common; ; folder = dirname(folder)) {
    // Folders inside a kernel tree (arch/x86, drivers/gpu/drm/nouveau) have both files too: the outermost
    // counts.
    if (existsSync(join(folder, 'Kbuild')) && existsSync(join(folder, 'Kconfig'))) kernel = folder;
    if (existsSync(join(folder, '.git')) || existsSync(join(folder, CONFIG_FILE))) return kernel ?? folder;
    if (folder === dirname(folder)) return kernel ?? (isGivenFrom(cwd, common) ? cwd : common);
  }
}

/**
 * Whether the current folder can be the root: it contains the paths, and is not a folder like / or the home
 * directory.
 */
function isGivenFrom(cwd: string, common: string): boolean {
  return commonFolder(cwd, common) === cwd && cwd !== parse(cwd).root && cwd !== homedir();
}

/** Whether C files here include headers by the kernel's rules. */
export function looksLikeKernel(root: string): boolean {
  return existsSync(join(root, 'include', 'linux')) && existsSync(join(root, 'Kbuild'));
}

function nearestFolder(path: string): string {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      if (statSync(folder).isDirectory()) return folder;
    } catch {
      // Missing or unreadable: its parent may be the root.
    }
    if (folder === dirname(folder)) return folder;
  }
}

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (relative(folder, b).split(sep)[0] === '..' && folder !== parse(folder).root)
    folder = dirname(folder);
  return folder;
}
