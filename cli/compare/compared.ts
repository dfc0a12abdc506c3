import { dirname, join, resolve } from 'node:path';
import { defaultCacheFolder } from '../../host/node/cache/cache.js';
import { changedFiles } from '../../host/node/git/changes.js';
import { git } from '../../host/node/git/git.js';
import { sourcesIn } from '../../host/node/files/beside.js';
import { DiskFiles } from '../../host/node/files/disk.js';
import { rootPath } from '../../host/node/files/list.js';
import { defaultJobs } from '../../host/node/threads/pool.js';
import { INDEX } from '../../host/node/git/revision.js';
import { Survey } from '../../host/node/survey/survey.js';
import { isBelow } from '../../analysis/base/paths.js';
import { plural } from '../../analysis/report/formats/text.js';
import { SOURCE } from '../../host/paths.js';
import { CommandFailure } from '../failure.js';
import type { CommonOptions } from '../options.js';
import { locate, type Located } from '../place.js';
import { message } from '../terminal.js';

/** Revisions to compare. Without `to`, the files on disk; with {@link INDEX}, the index. */
export interface Revisions {
  readonly from: string;
  readonly to?: string | undefined;
}

/** Values of `--compare`: everything below the paths, the surroundings of the changed files, or whichever fits. */
export const EXTENTS = ['auto', 'all', 'around'] as const;
export type CompareExtent = (typeof EXTENTS)[number];

/** Up to this number of C files are compared as a whole: it takes seconds, and covers distant callers and callees. */
const FEW_FILES = 2000;
/** Above this number of changed files, their surroundings are most of a tree. */
const MOST_CHANGED = 200;
/** Bytes of files read from other folders, closest first. */
const AROUND_BYTES = 8_000_000;

/**
 * Paths whose findings are compared between two revisions. In a large tree: the changed C files, their folders, and
 * files that call them or that they call. A finding without a changed file is the same on both sides. A changed header
 * that other folders may include affects everything.
 */
export async function comparedPaths(
  paths: readonly string[],
  options: CommonOptions,
  revisions: Revisions,
  extent: CompareExtent,
): Promise<readonly string[]> {
  if (extent === 'all') return paths;
  const place = locate(paths, options);
  // The call index is kept in the cache.
  if (options.cache === false) return paths;
  const cache = typeof options.cache === 'string' ? resolve(options.cache) : defaultCacheFolder();
  const scopes = place.paths.map((path) => rootPath(place.root, path) || '.');
  const survey = new Survey({
    root: place.root,
    scope: scopes.length === 1 ? (scopes[0] ?? '.') : '.',
    config: place.config,
    cache,
    jobs: options.jobs ?? defaultJobs(),
    inBackground: false,
  });
  const { signal } = new AbortController();
  const { files } = await survey.measure(signal);
  if (extent === 'auto' && files <= FEW_FILES) return paths;
  const changed = (await changedBetween(place, revisions)).filter(isBelow(scopes));
  const wide = changed.find((file) => file.endsWith('.h') && isWide(file));
  if (extent === 'auto' && (changed.length > MOST_CHANGED || wide !== undefined)) {
    const why =
      wide === undefined ? `${changed.length} files changed` : `${wide} changed, which any file may include`;
    message(`--diff: ${why}: all ${files} C files are compared`);
    return paths;
  }
  const disk = new DiskFiles(place.root);
  const beside = [...new Set(changed.map((file) => dirname(file)))].flatMap((folder) =>
    sourcesIn(disk, folder),
  );
  const others = await survey.around(changed, AROUND_BYTES, signal, () => {});
  const all = new Set([...changed, ...beside, ...others]);
  message(
    `--diff: ${plural(changed.length, 'changed file')} of ${files} and ${plural(all.size - changed.length, 'file')} around are compared; --compare all compares everything`,
  );
  return [...all].sort().map((file) => join(place.root, file));
}

/** Whether a header is in a folder that include paths of other folders contain. */
function isWide(header: string): boolean {
  return /(?:^|\/)(?:include|asm)\//.test(header);
}

/** C files that differ between the revisions, relative to the root. */
async function changedBetween({ root }: Located, { from, to }: Revisions): Promise<readonly string[]> {
  try {
    if (to === undefined)
      return (await changedFiles(root, from)).flatMap((path) => rootPath(root, path) ?? []);
    const words = ['-r', '-z', '--name-only', '--no-renames', '--no-ext-diff', '--relative'];
    const listed =
      to === INDEX
        ? git(root, ['diff-index', '--cached', ...words.slice(1), from, '--'])
        : git(root, ['diff-tree', '--no-commit-id', ...words, from, to, '--']);
    return listed
      .toString('utf8')
      .split('\0')
      .filter((name) => SOURCE.test(name))
      .sort();
  } catch (error) {
    throw new CommandFailure(`--diff: ${error instanceof Error ? error.message : String(error)}`);
  }
}
