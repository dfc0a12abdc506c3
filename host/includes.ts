import type { IncludeItem } from '../analysis/outline/types.js';
import type { Files } from './api.js';
import { HeaderIndex, type Contents } from './header-index.js';
import { fileName, folderPath, joinPath, normalizePath } from './paths.js';

/** Where `asm/x.h` comes from if the architecture has none: the build generates a wrapper. */
const ASM_GENERIC: readonly string[] = ['include/asm-generic', 'include/uapi/asm-generic'];
const BUILD_FILES = ['Makefile', 'Kbuild'] as const;
/** Include flags of a kbuild file: `-I$(srctree)/drivers/foo`, `-I $(srctree)/$(src)/inc`, `-Idrivers/foo`. */
const INCLUDE_FLAG = /-I\s*((?:\$[({](?:srctree|objtree|src|obj)[)}]\/?)*)([\w./+-]*)/g;
/** How the names of headers end. */
export const HEADER = '.h';
/** Separate programs inside a kernel tree. */
const OWN_TREES = ['tools', 'scripts'] as const;

/** What resolved includes depended on besides the names of headers. */
export interface IncludeDependencies {
  /** Whether the root was found to be a kernel's tree. */
  readonly isKernel: boolean;
  /** Folders, with the include folders that their makefiles name. */
  readonly flags: readonly (readonly [folder: string, flags: readonly string[]])[];
  /** The files that are included without being headers, with what is meant; `null` if no file is. */
  readonly sources: readonly (readonly [include: IncludedSource, meant: string | null])[];
}

/** `#include "path"`, where the path names no header. */
type IncludedSource = Pick<IncludeItem, 'path' | 'system'> & { readonly from: string };

/**
 * Resolves #include directives by looking for existing files: the including file's folder for quoted ones, the include
 * folders of its makefiles, then those of the tree (of a kernel: first those of the tree). Results are relative to the root. Headers outside of it (of the
 * compiler or the C library) are not searched.
 */
export class IncludeResolver {
  private isKernel: boolean;
  private readonly headers: HeaderIndex;
  private readonly folders = new Map<string, readonly string[]>();
  /** Include folders of makefiles, by folder. */
  private readonly flags = new Map<string, readonly string[]>();
  private readonly sources = new Map<string, readonly [IncludedSource, string | null]>();
  /** Entries of folders by name. A folder is listed once instead of testing for each possible header. */
  private readonly contents = new Map<string, Contents>();

  constructor(
    private readonly files: Files,
    private readonly architectures: readonly string[],
  ) {
    this.isKernel = isKernelTree(files);
    this.headers = new HeaderIndex(
      (folder) => this.contentsOf(folder),
      () => this.isKernel,
    );
  }

  resolve(include: Pick<IncludeItem, 'path' | 'system'>, from: string): string | undefined {
    const found = this.find(include, from);
    const { path, system } = include;
    if (!path.endsWith(HEADER))
      this.sources.set(`${from}\n${system} ${path}`, [{ path, system, from }, found ?? null]);
    return found;
  }

  private find(include: Pick<IncludeItem, 'path' | 'system'>, from: string): string | undefined {
    if (include.path === '' || include.path.startsWith('/')) return undefined;
    if (!include.system) {
      const beside = joinPath(folderPath(from), include.path);
      if (this.isFile(beside)) return beside;
    }
    for (const folder of this.foldersFor(folderPath(from))) {
      const found = this.in(folder, include.path);
      if (found !== undefined) return found;
    }
    return this.headers.nearest(include.path, from);
  }

  /** Invalidates everything, since the disk may have changed. */
  forget(): void {
    this.isKernel = isKernelTree(this.files);
    this.folders.clear();
    this.flags.clear();
    this.sources.clear();
    this.contents.clear();
    this.headers.forget();
  }

  /** What results depended on besides the names of headers. */
  get dependencies(): IncludeDependencies {
    return { isKernel: this.isKernel, flags: [...this.flags], sources: [...this.sources.values()] };
  }

  /** Whether results with these dependencies are still valid, provided that the names of headers are unchanged. */
  holds({ isKernel, flags, sources }: IncludeDependencies): boolean {
    return (
      isKernel === this.isKernel &&
      flags.every(([folder, before]) => this.flagsOf(folder).join('\n') === before.join('\n')) &&
      sources.every(([include, meant]) => (this.find(include, include.from) ?? null) === meant)
    );
  }

  private in(folder: string, path: string): string | undefined {
    const below = ASM_GENERIC.includes(folder) ? stripAsm(path) : path;
    if (below === undefined) return undefined;
    const candidate = joinPath(folder, below);
    return this.isFile(candidate) ? candidate : undefined;
  }

  /** Include folders for the files of a folder: those of the makefiles from there up, then the tree's. */
  private foldersFor(folder: string): readonly string[] {
    const known = this.folders.get(folder);
    if (known) return known;
    const own: string[] = [];
    for (let at = folder; ; at = folderPath(at)) {
      const isTop = at === '.' || at === '/';
      // The kernel's top makefile keeps flags for user and kernel headers in variables; treeFolders() knows them.
      if (!(isTop && this.isKernel)) own.push(...this.flagsOf(at));
      if (isTop) break;
    }
    const tree = this.treeFolders(folder);
    // kbuild passes the flags of a makefile behind those of the tree.
    const isBuiltByKbuild = this.isKernel && topOf(folder) === undefined;
    const all = [...new Set(isBuiltByKbuild ? [...tree, ...own] : [...own, ...tree])];
    this.folders.set(folder, all);
    return all;
  }

  private treeFolders(folder: string): readonly string[] {
    if (!this.isKernel) return ['include', '.'];
    const top = topOf(folder);
    const base = top === undefined ? '' : `${top}/`;
    const own = /^(?:tools\/)?arch\/([^/]+)/.exec(folder)?.[1];
    const architectures = own === undefined ? this.architectures : [own];
    return [
      ...architectures.map((name) => `${base}arch/${name}/include`),
      `${base}include`,
      ...architectures.map((name) => `${base}arch/${name}/include/uapi`),
      `${base}include/uapi`,
      ...ASM_GENERIC,
    ];
  }

  private flagsOf(folder: string): readonly string[] {
    const known = this.flags.get(folder);
    if (known !== undefined) return known;
    const found: string[] = [];
    for (const name of BUILD_FILES) {
      if (!this.isFile(joinPath(folder, name))) continue;
      const raw = this.files.read(joinPath(folder, name));
      if ('skipped' in raw) continue;
      const text = new TextDecoder().decode(raw.bytes);
      for (const [, variables = '', path = ''] of text.matchAll(INCLUDE_FLAG)) {
        const isOwn = /src\b|obj\b/.test(variables);
        const base = normalizePath(isOwn ? joinPath(folder, path) : path || '.');
        if (!base.startsWith('..') && this.isFolder(base)) found.push(base);
      }
    }
    this.flags.set(folder, found);
    return found;
  }

  private isFile(path: string): boolean {
    return this.kindOf(path) === 'file';
  }

  private isFolder(path: string): boolean {
    return this.kindOf(path) === 'folder';
  }

  private kindOf(path: string): 'file' | 'folder' | undefined {
    if (path === '.') return 'folder';
    if (path.startsWith('..') || path.startsWith('/')) return undefined;
    const kind = this.contentsOf(folderPath(path)).get(fileName(path));
    return kind === 'link' ? this.files.kindOf(path) : kind;
  }

  private contentsOf(folder: string): Contents {
    const known = this.contents.get(folder);
    if (known) return known;
    const entries = this.isFolder(folder) ? this.files.entries(folder) : [];
    const contents = new Map(entries.map(({ name, kind }) => [name, kind]));
    this.contents.set(folder, contents);
    return contents;
  }
}

/** The separate program that a folder belongs to. */
function topOf(folder: string): string | undefined {
  return OWN_TREES.find((name) => folder === name || folder.startsWith(`${name}/`));
}

function stripAsm(path: string): string | undefined {
  return path.startsWith('asm/') ? path.slice(4) : undefined;
}

/** Whether a root is a kernel's tree, whose headers lie in the folders that its top makefile names. */
function isKernelTree(files: Files): boolean {
  return files.kindOf('include/linux') === 'folder' && files.kindOf('Kbuild') === 'file';
}
