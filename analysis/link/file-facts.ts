import { runToEnd } from '../base/progress.js';
import type { Models } from '../models/types.js';
import type { FileOutline } from '../outline/types.js';
import type { FileSummary } from '../summary/types.js';

/** What one outline says of one matter; `undefined` when nothing. A function of a module, not one made for each question. */
export type Fact<T> = (outline: FileOutline, models: Models) => T | undefined;

/** Files looked through between two yields. */
const FILES_AT_ONCE = 64;

interface Files {
  readonly files: ReadonlyMap<string, FileSummary>;
  readonly models: Models;
}

interface Found {
  values: Map<string, unknown>;
  /** Whether some file stands elsewhere among the files of the program. */
  isUnsorted: boolean;
}

/**
 * Which files of a program say something of a matter, and what: few do of most matters, so that nobody goes through all
 * files for them in each run.
 */
export class FileFacts {
  private readonly known = new Map<Fact<unknown>, Found>();
  /** How often a file came, went or was replaced. */
  private edits = 0;

  constructor(private readonly program: Files) {}

  /** A file came, was replaced or is gone. */
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

  /** By file, in the order of the program's files. */
  of<T>(fact: Fact<T>): ReadonlyMap<string, T> {
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
    // What was put in under a question is of its kind.
    return (found?.values ?? new Map<string, T>()) as ReadonlyMap<string, T>;
  }

  /** Looks through all files for what is asked later, in slices. */
  *prepare(fact: Fact<unknown>): Generator<void, void> {
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
