import { comparePaths } from '../../link/files/files.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { FileOutline } from '../../outline/types.js';

/** The functions of a file that have a skeleton. */
interface FileFunctions {
  readonly file: string;
  readonly outline: FileOutline | undefined;
  readonly functions: readonly FunctionRef[];
}

const NO_FUNCTIONS: readonly FunctionRef[] = [];

/** The outline, if it has functions; many headers have none. */
function withFunctions(outline: FileOutline): FileOutline | undefined {
  return outline.functions.length > 0 ? outline : undefined;
}

/**
 * The functions of a program that have a skeleton, by file. A list is the same object until it changes. Skeletons arrive
 * in many rounds, so a round looks at the files in which functions have changed, and at all files only when the set of
 * files has changed.
 */
export class InterpretedFunctions {
  /** All files with functions, in program order. */
  private files: FileFunctions[] = [];
  private readonly places = new Map<string, number>();
  /** Files in which functions have changed. */
  private readonly stale = new Set<string>();
  /** {@link Program.filesSet} when the files were listed. */
  private filesSet = -1;

  constructor(private readonly program: Program) {}

  /** A function of the file was changed, added or removed. */
  forget(file: string): void {
    this.stale.add(file);
  }

  /** By file, in program order. */
  *byFile(): Generator<readonly [file: string, functions: readonly FunctionRef[]]> {
    this.renew();
    for (const { file, functions } of this.files) if (functions.length > 0) yield [file, functions];
  }

  private renew(): void {
    const { files, places, program, stale } = this;
    if (this.filesSet !== program.filesSet) {
      this.filesSet = program.filesSet;
      this.list();
    } else {
      for (const file of stale) {
        const place = places.get(file);
        if (place !== undefined) files[place] = this.inFile(file, files[place]?.outline);
      }
    }
    stale.clear();
  }

  private list(): void {
    const { files: before, places, stale } = this;
    const outlines = this.program.facts.of(withFunctions);
    this.files = [...outlines.keys()].sort(comparePaths).map((file) => {
      const outline = outlines.get(file);
      const place = places.get(file);
      const known = place === undefined || stale.has(file) ? undefined : before[place];
      return known !== undefined && known.outline === outline ? known : this.inFile(file, outline);
    });
    places.clear();
    for (const [place, { file }] of this.files.entries()) places.set(file, place);
  }

  private inFile(file: string, outline: FileOutline | undefined): FileFunctions {
    const { program } = this;
    const found: FunctionRef[] = [];
    for (const index of outline?.functions.keys() ?? []) {
      const fn = program.functionAt(file, index);
      if (fn !== undefined && program.hasSkeleton(fn)) found.push(fn);
    }
    return { file, outline, functions: found.length === 0 ? NO_FUNCTIONS : found };
  }
}
