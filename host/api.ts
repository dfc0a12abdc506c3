import type { Wanted } from './compile.js';

/** What analysis, command line and server see of the world, whatever it is: Node now, a browser later. */

/** Why a file or folder was not analysed, with the words for people. */
export const SKIP_TEXT = {
  'not-found': 'there is no such file or directory',
  unreadable: 'it cannot be read (permission or input/output error)',
  'not-a-file': 'it is neither a file nor a directory',
  'not-text': 'it is not text (it contains NUL bytes)',
  'file-too-large': 'it is larger than 32 MB',
  'changed-while-read': 'it changed while it was being read',
  'symlink-cycle': 'the symbolic link leads back to a folder that contains it',
  'broken-symlink': 'the symbolic link leads nowhere',
  'outside-root': 'it lies outside the root',
  'no-c-files': 'there are no C files in it',
  'malformed-order': 'a line of it declares no order',
  'in-parts': 'memory was not enough for all of it at once: what goes across its parts was not looked for',
  'out-of-memory': 'memory was not enough for it',
  'analysis-failed': 'the analysis of this file failed; please report it',
} as const;

export type SkipReason = keyof typeof SKIP_TEXT;

export interface SkippedFile {
  /** Relative to the root, with `/`; absolute when it lies outside. */
  readonly file: string;
  readonly reason: SkipReason;
  /** Where only a line of the file is left out: which, and why. */
  readonly line?: number;
  readonly detail?: string;
}

/** Why something was left out, in words for people. */
export function skipText({ reason, line, detail }: SkippedFile): string {
  return detail === undefined ? SKIP_TEXT[reason] : `line ${line ?? 0}: ${detail}`;
}

export interface Listing {
  /** C files and headers, relative to the root, with `/`, sorted, each once. */
  readonly files: readonly string[];
  readonly skipped: readonly SkippedFile[];
}

export interface ListOptions {
  /** Globs relative to the root; when given, only files that match are taken. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly signal?: AbortSignal;
}

export type RawFile = { readonly bytes: Uint8Array } | { readonly skipped: SkipReason };

export interface FolderEntry {
  readonly name: string;
  /** What a symbolic link leads to, only {@link Files.kindOf} tells. */
  readonly kind: 'file' | 'folder' | 'link';
}

/** Where the files of a root come from: the disk, or a revision. Paths are relative to the root, with `/`. */
export interface Files {
  /** Tells apart what caches keep of different places. */
  readonly id: string;
  /** The C files under absolute paths. */
  list(paths: readonly string[], options?: ListOptions): Listing;
  /** The same in steps, for those who must not block. */
  listing?(paths: readonly string[], options?: ListOptions): Generator<undefined, Listing>;
  /** Bytes of a file, where that is known without reading it; 0 for one that is not there. */
  sizeOf?(file: string): number;
  /** These will be read next, in this order. */
  prepare(files: readonly string[]): void;
  /** The bytes are the caller's from then on: nobody else looks at them. */
  read(file: string): RawFile;
  /** The same questions without blocking, where answers may take their time. */
  readonly later?: {
    read(file: string): Promise<RawFile>;
    sizeOf(file: string): Promise<number>;
  };
  kindOf(path: string): 'file' | 'folder' | undefined;
  /** Empty for what is no folder. */
  entries(folder: string): readonly FolderEntry[];
}

export type Encoding = 'utf-8' | 'latin-1';

/** A file as text, or why it is none. `bom` says that a byte order mark stood before the text. */
export type DecodedFile =
  | { readonly text: string; readonly encoding: Encoding; readonly bom: boolean }
  | { readonly skipped: SkipReason };

export interface LoadProgress {
  readonly stage: 'read' | 'headers';
  readonly done: number;
  readonly total: number;
  /** Of the files done so far, all stages together. */
  readonly bytes: number;
  /** Of the files that are known to be read, all stages together; absent where sizes are not known. */
  readonly totalBytes?: number;
}

/** A file as it lies on disk. */
export interface SourceFile {
  readonly file: string;
  /** Moved to the thread that compiles them where they can be had again; empty here from then on. */
  readonly bytes: Uint8Array;
  /** The same bytes once more; `undefined` when the file is another one by now. */
  readonly again?: () => Uint8Array | undefined;
}

/** What compiling a file gave: its summary in compact form, with its suppressions. */
export type Compiled =
  | { readonly data: Uint8Array; readonly ms: { readonly outline: number; readonly parse: number } }
  | { readonly skipped: SkipReason; readonly detail?: string };

export interface SkeletonRequest extends SourceFile {
  readonly wanted: readonly Wanted[];
  /** The outline of the same bytes, as far as the wanted ones depend on it ({@link encodePart}); made anew when absent. */
  readonly part?: Uint8Array;
}

/** Compiles files somewhere: in this thread or in others. */
export interface Compilers {
  readonly jobs: number;
  /** One answer per file, in order. */
  compile(files: readonly SourceFile[]): Promise<readonly Compiled[]>;
  /** One answer per request and skeleton, in order; `undefined` where there is none. */
  skeletons(requests: readonly SkeletonRequest[]): Promise<readonly (readonly (Uint8Array | undefined)[])[]>;
  /** Nothing is at work: gives back the memory that much work took. There may be more work later. */
  rest(): Promise<void>;
  close(): Promise<void>;
}
