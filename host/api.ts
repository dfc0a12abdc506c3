import type { Parser } from '../analysis/syntax/types.js';

/** A file as read: decoded text, or why there is none. */
export type FileContent =
  { readonly text: string; readonly encoding: 'utf-8' | 'latin-1' } | { readonly skipped: string };

/** What the analysis needs of its surroundings; one implementation for Node, one for a browser. */
export interface Host {
  /** Paths are relative to the root, with `/`. */
  readFile(path: string): Promise<FileContent>;
  listFiles(under: readonly string[], signal?: AbortSignal): Promise<FileList>;
  createParser(): Promise<Parser>;
}

export interface FileList {
  readonly files: readonly string[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}
