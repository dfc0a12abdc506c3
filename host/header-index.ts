import type { FolderEntry } from './api.js';
import { byCodeUnit, fileName, isHidden } from './paths.js';

/** The root of the tree. */
const TOP = '.';
/** Number of path components that name a subsystem: `drivers/gpu`, `fs/xfs`. */
const SUBSYSTEM_PARTS = 2;

/** Entries of a folder by name. */
export type Contents = ReadonlyMap<string, FolderEntry['kind']>;

/** Files in a tree that is not a kernel's, beyond which only the headers of a file's subsystem are found. */
const MOST_FILES = 100_000;

/**
 * Headers by name within the subsystem of a file, for includes that only variables in makefiles could resolve; in a tree
 * that is no kernel's, also those elsewhere. Folders are walked at the first query.
 */
export class HeaderIndex {
  private readonly subsystems = new Map<string, ReadonlyMap<string, readonly string[]>>();

  constructor(
    private readonly contentsOf: (folder: string) => Contents,
    private readonly isKernel: () => boolean,
  ) {}

  /** The header whose path ends in `path` and that shares the most folders with the including file. */
  nearest(path: string, from: string): string | undefined {
    const subsystem = from.split('/').slice(0, -1).slice(0, SUBSYSTEM_PARTS).join('/');
    if (path.startsWith('../')) return undefined;
    // At the top of a kernel, every header would be a candidate.
    return (
      (subsystem === '' ? undefined : this.nearestBelow(subsystem, path, from)) ??
      (this.isKernel() ? undefined : this.nearestBelow(TOP, path, from))
    );
  }

  private nearestBelow(folder: string, path: string, from: string): string | undefined {
    const named = this.index(folder).get(fileName(path)) ?? [];
    const matching = named.filter((header) => header === path || header.endsWith(`/${path}`));
    return matching.sort(
      (a, b) => shared(b, from) - shared(a, from) || a.length - b.length || byCodeUnit(a, b),
    )[0];
  }

  forget(): void {
    this.subsystems.clear();
  }

  private index(subsystem: string): ReadonlyMap<string, readonly string[]> {
    const known = this.subsystems.get(subsystem);
    if (known) return known;
    const headers = new Map<string, string[]>();
    let left = MOST_FILES;
    for (const file of filesBelow(this.contentsOf, subsystem)) {
      if (subsystem === TOP && left-- === 0) {
        headers.clear();
        break;
      }
      if (!file.endsWith('.h')) continue;
      const name = fileName(file);
      const same = headers.get(name);
      if (same) same.push(file);
      else headers.set(name, [file]);
    }
    this.subsystems.set(subsystem, headers);
    return headers;
  }
}

function* filesBelow(contentsOf: (folder: string) => Contents, folder: string): Generator<string> {
  for (const [name, kind] of contentsOf(folder)) {
    const path = folder === TOP ? name : `${folder}/${name}`;
    if (kind === 'folder') {
      if (!isHidden(name)) yield* filesBelow(contentsOf, path);
    } else if (kind === 'file') yield path;
  }
}

/** The number of leading folders that two paths share. */
function shared(a: string, b: string): number {
  const ours = a.split('/');
  const theirs = b.split('/');
  const differing = ours.findIndex((part, index) => part !== theirs[index]);
  return differing < 0 ? ours.length : differing;
}
