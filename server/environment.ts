import type { Confidence } from '../analysis/checks/types.js';
import type { SourceEvidence } from '../analysis/evidence/read/types.js';
import type { Parser } from '../analysis/syntax/types.js';
import type { Config } from '../analysis/workspace/config.js';
import type { Workspace } from '../analysis/workspace/index.js';
import type { SupplySource } from '../host/drive.js';

/** Where a folder lies: the tree that its paths are relative to. Both are absolute paths. */
export interface Place {
  readonly root: string;
  readonly scope: string;
  /** Whether it looks like a kernel or module tree, so that it is indexed without being asked for. */
  readonly isSourceTree: boolean;
}

export interface TreeOptions {
  readonly root: string;
  /** Absolute paths that `load` reads and that are reported on; none means that files are added one by one. */
  readonly paths: readonly string[];
  readonly config: Config;
  readonly confidence: Confidence;
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** Folder of the disk cache; the usual one when absent. */
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
  /** Reads everything under the paths, and the headers that these files include. */
  load(): Promise<void>;
  /** Reads single files anew, and the headers they include; files that are gone are taken out. */
  refresh(files: readonly string[]): Promise<void>;
  /** The text that was analysed; `undefined` when the file has changed since. */
  analysed(file: string): string | undefined;
  close(): Promise<void>;
}

/** A tree that may be too large to be linked as a whole, and what is around some of its files. */
export interface Neighbourhood {
  /** These files have changed, come or gone. */
  note(files: readonly string[]): void;
  /** How many C files there are, and how many bytes they have. */
  measure(signal: AbortSignal): Promise<{ readonly files: number; readonly bytes: number }>;
  /**
   * Files in other folders that define what these call, or call what these define, the closest first and as
   * many as have so many bytes. The first time, every file of the tree is looked at.
   */
  around(
    files: readonly string[],
    mostBytes: number,
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void,
  ): Promise<readonly string[]>;
}

/** What the server needs of its surroundings: one implementation for Node, one for a browser. */
export interface Environment {
  /** Threads worth using besides the one that answers. */
  readonly jobs: number;
  /** How full the memory is that this process may take: from 0 to 1, more when it is too much already. */
  memoryShare(): number;
  /** URI of the folder of the rule pages that came with the server. */
  readonly rulePages: string | undefined;
  /** Path of a document on disk; `undefined` for others. */
  pathOf(uri: string): string | undefined;
  uriOf(path: string): string;
  /**
   * Finds out what the questions about a folder need to be answered at once; to be awaited before them.
   * `config` is the file of settings to use, if it is not the usual one.
   */
  prepare(folder: string, config: string | undefined): Promise<void>;
  locate(folder: string): Place;
  /** A path relative to the root with `/`, and back; `undefined` outside of it. */
  relative(root: string, path: string): string | undefined;
  absolute(root: string, file: string): string;
  /** C files of one folder, not below it. */
  siblings(root: string, file: string): readonly string[];
  /** Content key of a file on disk; `undefined` when it cannot be read. */
  keyOf(path: string): string | undefined;
  /** Names the build of the program: what other builds have stored means nothing. */
  readonly build: string;
  /** The version of the product. */
  readonly version: string;
  /** C files below a folder that differ from the last commit, as absolute paths. Rejects with git's own words. */
  changedFiles(folder: string): Promise<readonly string[]>;
  /** What a log or table says, by its URI. */
  readEvidence(uri: string): Promise<SourceEvidence | { readonly reason: string }>;
  /** Whether a file that is written to is one of the root, wherever symbolic links lead. */
  mayEdit(root: string, path: string): boolean;
  /** Writes a small file with the folders above it; where that is impossible nothing happens. */
  writeText(path: string, text: string): void;
  /** A small text file as it is on disk; `undefined` when there is none. */
  readText(path: string): string | undefined;
  loadConfig(
    root: string,
    file: string | undefined,
  ): { readonly config: Config } | { readonly errors: readonly string[] };
  openTree(options: TreeOptions): Promise<Tree>;
  /** `undefined` where a tree can only be read as a whole or not at all. */
  survey(
    options: Pick<TreeOptions, 'root' | 'config' | 'jobs' | 'cache'> & { readonly scope: string },
  ): Neighbourhood | undefined;
  createParser(): Promise<Parser>;
}
