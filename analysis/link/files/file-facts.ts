import { runToEnd } from '../../base/progress.js';
import type { Models } from '../../models/types.js';
import type { FileOutline } from '../../outline/types.js';
import type { FileSummary } from '../../skeleton/types.js';

/**
 * Extracts one kind of fact from one outline; `undefined` if the outline has none. Must be a module-level function,
 * since it is the cache key.
 */
export type FileFact<T> = (outline: FileOutline, models: Models) => T | undefined;

/** Files visited between two yields. */
const FILES_AT_ONCE = 64;

interface Files {
  readonly files: ReadonlyMap<string, FileSummary>;
  readonly models: Models;
}

interface Found {
  values: Map<string, unknown>;
  /** Whether the order of files in `values` differs from the program's. */
  isUnsorted: boolean;
}

/** Facts per file, by kind. Few files have facts of any one kind, so queries need not visit all files in each run. */
export class FileFacts {
  private readonly known = new Map<FileFact<unknown>, Found>();
  /** Number of files added, replaced or removed. */
  private edits = 0;

  constructor(private readonly program: Files) {}

  /** Updates after a file was added, replaced or removed. */
  fileChanged(path: string, outline: FileOutline | undefined): void {
    this.edits++;
    for (const [fact, found] of this.known) {
      const value = outline && fact(outline, this.program.models);
      if (value === undefined) found.values.delete(path);
      else {
        found.isUnsorted ||= !found.values.has(path);
        found.values.set(path, value);
      }
    }
  }

  /** The facts by file, in the order of the program's files. */
  of<T>(fact: FileFact<T>): ReadonlyMap<string, T> {
    let found = this.known.get(fact);
    if (found === undefined) {
      runToEnd(this.prepare(fact));
      found = this.known.get(fact);
    }
    if (found?.isUnsorted === true) {
      const sorted = new Map<string, unknown>();
      for (const path of this.program.files.keys()) {
        const value = found.values.get(path);
        if (value !== undefined) sorted.set(path, value);
      }
      found.values = sorted;
      found.isUnsorted = false;
    }
    // Values stored under a fact function have its type.
    return (found?.values ?? new Map<string, T>()) as ReadonlyMap<string, T>;
  }

  /** Extracts the facts of all files in slices. */
  *prepare(fact: FileFact<unknown>): Generator<void, void> {
    while (!this.known.has(fact)) {
      const { edits } = this;
      const values = new Map<string, unknown>();
      let done = 0;
      for (const [path, { outline }] of this.program.files) {
        const value = fact(outline, this.program.models);
        if (value !== undefined) values.set(path, value);
        if (++done % FILES_AT_ONCE !== 0) continue;
        yield;
        if (this.edits !== edits) break;
      }
      if (this.edits === edits) this.known.set(fact, { values, isUnsorted: false });
    }
  }
}
