import type { Confidence } from '../../analysis/checks/types.js';
import type { SourceEvidence } from '../../analysis/evidence/read/types.js';
import type { Parser } from '../../analysis/syntax/types.js';
import type { Config } from '../../analysis/workspace/config.js';
import type { Workspace } from '../../analysis/workspace/index.js';
import type { ApartOptions, ScannedApart } from '../../host/api.js';
import type { SupplySource } from '../../host/drive.js';

/** The location of a folder: the tree that its paths are relative to. Both are absolute paths. */
export interface FolderLocation {
  readonly root: string;
  readonly scope: string;
  /** Whether it looks like a kernel or module tree, so that it is indexed by default. */
  readonly isSourceTree: boolean;
}

export interface TreeOptions {
  readonly root: string;
  /** Absolute paths that `load` reads and reports on; none if files are added one by one. */
  readonly paths: readonly string[];
  readonly config: Config;
  readonly confidence: Confidence;
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** Folder of the disk cache; the default one if absent. */
  readonly cache?: string;
  readonly onProgress?: (progress: {
    readonly stage: string;
    readonly done: number;
    readonly total: number;
    readonly bytes?: number;
    readonly totalBytes?: number;
  }) => void;
}

/** Files on disk, compiled into a workspace of their own. */
export interface Tree extends SupplySource {
  readonly workspace: Workspace;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Reads everything below the paths, and the headers that these files include. */
  load(): Promise<void>;
  /** Reads single files again, with the headers they include; removes deleted files. */
  refresh(files: readonly string[]): Promise<void>;
  /** The bodies that earlier sessions demanded; absent if nothing is kept. */
  readonly wanted?: {
    /** Demands them, as far as the workspace has their functions without them. */
    demand(): void;
    /** Keeps which bodies were demanded. */
    keep(): void;
  };
  /** The analysed text; `undefined` if the file has changed since. */
  analysed(file: string): string | undefined;
  close(): Promise<void>;
}

/** A tree that may be too large to link as a whole, and the surroundings of some of its files. */
export interface LargeTree {
  /** Files that changed, appeared or disappeared. */
  note(files: readonly string[]): void;
  /** Number and total size of the C files. */
  measure(signal: AbortSignal): Promise<{ readonly files: number; readonly bytes: number }>;
  /**
   * Files in other folders that define what these call, or call what these define, closest first, up to a
   * number of bytes. The first call indexes every file of the tree.
   */
  around(
    files: readonly string[],
    mostBytes: number,
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void,
  ): Promise<readonly string[]>;
  /** Analyses everything, in other processes. */
  scan(options: ApartOptions): Promise<ScannedApart>;
}

/** What the server needs from its surroundings: one implementation for Node, one for a browser. */
export interface Environment {
  /** Useful number of threads besides the one that answers. */
  readonly jobs: number;
  /** Memory in use, as a share of what this process may take; above 1 if it is too much already. */
  memoryShare(): number;
  /** URI of the folder with the bundled rule pages. */
  readonly rulePages: string | undefined;
  /** Path of a document on disk; `undefined` for other documents. */
  pathOf(uri: string): string | undefined;
  uriOf(path: string): string;
  /**
   * Prepares synchronous answers about a folder; await it before you ask. `config` is the settings file, if
   * it is not the default one.
   */
  prepare(folder: string, config: string | undefined): Promise<void>;
  locate(folder: string): FolderLocation;
  /** A path relative to the root with `/`, and back; `undefined` outside of the root. */
  relative(root: string, path: string): string | undefined;
  absolute(root: string, file: string): string;
  /** As `relative`, with one name for a file that symbolic links give several paths below the root. */
  nameIn(root: string, path: string): string | undefined;
  /** C files directly in a folder. */
  siblings(root: string, file: string): readonly string[];
  /** C files below a folder; none if it is a file, `undefined` if there is nothing of that name. */
  below(root: string, folder: string): readonly string[] | undefined;
  /** Content key of a file on disk; `undefined` if it cannot be read. */
  keyOf(path: string): string | undefined;
  /** Identifies the build of the program. Data stored by other builds is ignored. */
  readonly build: string;
  /** The version of the product. */
  readonly version: string;
  /**
   * C files below a folder that differ from the last commit, as absolute paths. Rejects with git's message.
   */
  changedFiles(folder: string): Promise<readonly string[]>;
  /** The contents of a log or table, by its URI. */
  readEvidence(uri: string): Promise<SourceEvidence | { readonly reason: string }>;
  /** Whether a file to be written is inside the root after resolving symbolic links. */
  mayEdit(root: string, path: string): boolean;
  /** Writes a small file and its parent folders; does nothing where that is impossible. */
  writeText(path: string, text: string): void;
  /** A small text file on disk; `undefined` if it does not exist. */
  readText(path: string): string | undefined;
  loadConfig(
    root: string,
    file: string | undefined,
  ): { readonly config: Config } | { readonly errors: readonly string[] };
  openTree(options: TreeOptions): Promise<Tree>;
  /** `undefined` where a tree can only be read as a whole or not at all. */
  survey(
    options: Pick<TreeOptions, 'root' | 'config' | 'jobs' | 'cache'> & { readonly scope: string },
  ): LargeTree | undefined;
  createParser(): Promise<Parser>;
}
