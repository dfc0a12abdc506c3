import type { Confidence, Finding } from '../analysis/checks/types.js';
import type { WantedSkeleton } from './compile.js';

/** What analysis, command line and server need from their surroundings, be it Node or a browser. */

/** Reasons why a file or folder was not analysed, in words. */
export const SKIP_TEXT = {
  'not-found': 'no such file or directory',
  unreadable: 'cannot be read (permission or I/O error)',
  'not-a-file': 'neither a file nor a directory',
  'is-a-directory': 'a directory, not a file',
  'not-text': 'not text (contains NUL bytes)',
  'file-too-large': 'larger than 32 MB',
  'changed-while-read': 'changed while being read',
  'symlink-cycle': 'symbolic link to a directory that contains it',
  'broken-symlink': 'dangling symbolic link',
  'outside-root': 'outside the root',
  'no-c-files': 'contains no C files',
  'malformed-order': 'a line declares no order',
  'in-parts': 'not enough memory to analyse it at once: findings that span its parts are missing',
  'out-of-memory': 'not enough memory',
  'analysis-failed': 'internal error while analysing this file; please report it',
} as const;

export type SkipReason = keyof typeof SKIP_TEXT;

export interface SkippedFile {
  /** Relative to the root, with `/`; absolute if outside. */
  readonly file: string;
  readonly reason: SkipReason;
  /** If only a line of the file was skipped: its number, and why. */
  readonly line?: number;
  readonly detail?: string;
}

/** Why something was skipped, in words. */
export function skipText({ reason, line, detail }: SkippedFile): string {
  return detail === undefined ? SKIP_TEXT[reason] : `line ${line ?? 0}: ${detail}`;
}

export interface Listing {
  /** C files and headers, relative to the root, with `/`, sorted, without duplicates. */
  readonly files: readonly string[];
  readonly skipped: readonly SkippedFile[];
}

export interface ListOptions {
  /** Globs relative to the root; if given, only matching files are listed. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly signal?: AbortSignal;
}

export type RawFile = { readonly bytes: Uint8Array } | { readonly skipped: SkipReason };

export interface FolderEntry {
  readonly name: string;
  /** {@link Files.kindOf} resolves symbolic links. */
  readonly kind: 'file' | 'folder' | 'link';
}

/** The files of a root, from disk or from a revision. Paths are relative to the root, with `/`. */
export interface Files {
  /** Separates the cached data of different sources. */
  readonly id: string;
  /** The C files under some absolute paths. */
  list(paths: readonly string[], options?: ListOptions): Listing;
  /** {@link list} in steps, for callers that must not block. */
  listing?(paths: readonly string[], options?: ListOptions): Generator<undefined, Listing>;
  /** Size of a file in bytes, if it is known without reading; 0 for a missing file. */
  sizeOf?(file: string): number;
  /** Announces the files to be read next, in this order. */
  prepare(files: readonly string[]): void;
  /** Reads a file. The caller owns the bytes. */
  read(file: string): RawFile;
  /** The same without blocking, for sources that may be slow. */
  readonly later?: {
    read(file: string): Promise<RawFile>;
    sizeOf(file: string): Promise<number>;
  };
  kindOf(path: string): 'file' | 'folder' | undefined;
  /** Empty if it is not a folder. */
  entries(folder: string): readonly FolderEntry[];
}

export type Encoding = 'utf-8' | 'latin-1';

/** A file as text, or why it is not text. `bom` says that a byte order mark preceded the text. */
export type DecodedFile =
  | { readonly text: string; readonly encoding: Encoding; readonly bom: boolean }
  | { readonly skipped: SkipReason };

export interface LoadProgress {
  readonly stage: 'read' | 'headers';
  readonly done: number;
  readonly total: number;
  /** Bytes of the files done so far, over all stages. */
  readonly bytes: number;
  /** Bytes of all files known to be needed, over all stages; absent if sizes are unknown. */
  readonly totalBytes?: number;
}

/** The contents of a file. */
export interface SourceFile {
  readonly file: string;
  /** Moved to the thread that compiles them if `again` can read them again; then empty here. */
  readonly bytes: Uint8Array;
  /** Reads the same bytes again; `undefined` if the file has changed since. */
  readonly again?: () => Uint8Array | undefined;
}

/** The result of compiling a file: its encoded summary with its suppressions, or why there is none. */
export type Compiled =
  | { readonly data: Uint8Array; readonly ms: { readonly outline: number; readonly parse: number } }
  | { readonly skipped: SkipReason; readonly detail?: string };

export interface SkeletonRequest extends SourceFile {
  readonly wanted: readonly WantedSkeleton[];
  /** The part of the file's outline that the wanted skeletons depend on ({@link encodePart}); rebuilt if absent. */
  readonly part?: Uint8Array;
}

/** Compiles files, in this thread or in others. */
export interface Compilers {
  readonly jobs: number;
  /** One result per file, in order. */
  compile(files: readonly SourceFile[]): Promise<readonly Compiled[]>;
  /** One result per request and skeleton, in order; `undefined` if there is none. */
  skeletons(requests: readonly SkeletonRequest[]): Promise<readonly (readonly (Uint8Array | undefined)[])[]>;
  /** Frees the memory that past work used, while nothing runs. More work may follow. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/** The parts of a scan that are done, and all of them. */
export interface PartsDone {
  readonly parts: number;
  readonly allParts: number;
  readonly bytes: number;
  readonly allBytes: number;
}

export interface ApartOptions {
  readonly confidence: Confidence;
  readonly signal: AbortSignal;
  readonly onProgress: (done: PartsDone) => void;
}

/** What a scan in processes of its own found. */
export interface ScannedApart {
  readonly findings: readonly Finding[];
  /** Files read, including headers. */
  readonly files: number;
  readonly cFiles: number;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}
