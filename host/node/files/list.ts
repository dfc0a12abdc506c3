import { realpathSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { globMatcher } from '../../../analysis/base/glob.js';
import { isOrderFile } from '../../../analysis/base/paths.js';
import type { Listing, ListOptions, SkipReason } from '../../api.js';
import { byCodeUnit, fileFilter, isHidden, SOURCE } from '../../paths.js';
import { entriesOf, nameOf, systemPath } from './names.js';
import { reasonOf } from './read.js';

/** The name of a path in the analysis: relative to the root, with `/`. `undefined` outside the root. */
export function rootPath(root: string, path: string): string | undefined {
  const inside = relative(root, path);
  if (inside === '') return '.';
  if (inside === '..' || inside.startsWith(`..${sep}`) || resolve(inside) === inside) return undefined;
  return sep === '/' ? inside : inside.split(sep).join('/');
}

/**
 * Lists the C files under the given absolute paths. Skips hidden folders, `node_modules` and build output; a file given
 * explicitly is always listed. Every other path that is not read is in `skipped`.
 */
export function listFiles(root: string, paths: readonly string[], options: ListOptions = {}): Listing {
  const walk = listingFiles(root, paths, options);
  for (;;) {
    const next = walk.next();
    if (next.done === true) return next.value;
  }
}

/** {@link listFiles}, one folder per step. */
export function listingFiles(
  root: string,
  paths: readonly string[],
  options: ListOptions = {},
): Generator<undefined, Listing> {
  return new Walk(root, options).run(paths);
}

/** A folder to walk. */
interface Folder {
  /** Absolute. */
  readonly path: string;
  readonly real: string;
  /** {@link rootPath} of the path: asking for it for each of sixty thousand files takes half the time. */
  readonly name: string;
}

class Walk {
  private readonly files = new Set<string>();
  private readonly skipped = new Map<string, SkipReason>();
  /** Real paths of folders already walked, so that links neither loop nor list anything twice. */
  private readonly walked = new Set<string>();
  private readonly links: { readonly path: string; readonly target: string }[] = [];
  private readonly isWanted: (path: string) => boolean;
  private readonly isExcluded: (path: string) => boolean;

  constructor(
    private readonly root: string,
    private readonly options: ListOptions,
  ) {
    const { exclude = [] } = options;
    this.isWanted = fileFilter(options);
    this.isExcluded = exclude.length > 0 ? globMatcher(exclude) : () => false;
  }

  *run(paths: readonly string[]): Generator<undefined, Listing> {
    const folders: string[] = [];
    for (const path of paths) if (yield* this.start(path)) folders.push(path);
    // Links last: a folder that is also reachable without a link is listed under that name.
    for (let link = this.links.pop(); link; link = this.links.pop()) {
      const { path, target } = link;
      if (!this.walked.has(target)) yield* this.folder({ path, real: target, name: this.name(path) });
    }
    for (const folder of folders) if (!this.foundAnything(this.name(folder))) this.skip(folder, 'no-c-files');
    return {
      files: [...this.files].sort(byCodeUnit),
      skipped: [...this.skipped]
        .map(([file, reason]) => ({ file, reason }))
        .sort((a, b) => byCodeUnit(a.file, b.file)),
    };
  }

  private foundAnything(folder: string): boolean {
    const below = folder === '.' ? '' : `${folder}/`;
    return [...this.files, ...this.skipped.keys()].some(
      (file) => file === folder || (file.startsWith(below) && !isOrderFile(file)),
    );
  }

  /** Takes a file or walks a folder; returns true for a folder. */
  private *start(path: string): Generator<undefined, boolean> {
    if (rootPath(this.root, path) === undefined) {
      this.skip(path, 'outside-root');
      return false;
    }
    try {
      const stat = statSync(systemPath(path));
      if (stat.isDirectory()) {
        yield* this.folder({ path: resolve(path), real: realPath(path), name: this.name(path) });
        return true;
      }
      if (stat.isFile()) this.files.add(this.name(path));
      else this.skip(path, 'not-a-file');
    } catch (error) {
      this.skip(path, reasonOf(error));
    }
    return false;
  }

  private *folder({ path, real, name }: Folder): Generator<undefined, void> {
    this.options.signal?.throwIfAborted();
    if (this.walked.has(real)) return;
    this.walked.add(real);
    yield;
    let entries;
    try {
      entries = entriesOf(path);
    } catch (error) {
      this.skip(path, reasonOf(error));
      return;
    }
    for (const entry of entries) {
      const child = below(path, entry.name);
      const childName = name === '.' ? entry.name : `${name}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!isHidden(entry.name) && !this.isExcluded(childName))
          yield* this.folder({ path: child, real: below(real, entry.name), name: childName });
      } else if (entry.isSymbolicLink()) this.link(child, entry.name);
      else if (this.isWanted(childName)) {
        if (entry.isFile()) this.files.add(childName);
        else this.skip(child, 'not-a-file');
      }
    }
  }

  private link(path: string, name: string): void {
    try {
      const stat = statSync(systemPath(path));
      if (stat.isFile()) {
        if (this.isWanted(this.name(path))) this.files.add(this.name(path));
      } else if (stat.isDirectory() && !isHidden(name)) {
        const target = realPath(path);
        if (contains(target, realPath(dirname(path)))) this.skip(path, 'symlink-cycle');
        else this.links.push({ path, target });
      }
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === 'symlink-cycle') this.skip(path, reason);
      else if (SOURCE.test(name)) this.skip(path, reason === 'not-found' ? 'broken-symlink' : reason);
    }
  }

  private name(path: string): string {
    return rootPath(this.root, path) ?? path;
  }

  private skip(path: string, reason: SkipReason): void {
    this.skipped.set(this.name(path), reason);
  }
}

function realPath(path: string): string {
  return nameOf(realpathSync(systemPath(path), { encoding: 'buffer' }));
}

/** The path of an entry of a folder. */
function below(folder: string, entry: string): string {
  return folder.endsWith(sep) ? folder + entry : folder + sep + entry;
}

function contains(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
