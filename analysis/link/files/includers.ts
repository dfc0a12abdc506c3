import { comparePaths, type FileTable, type LinkedFile } from './files.js';

/** The include graph reversed: the direct includers of file `id` are `sources[starts[id]]` to `sources[starts[id + 1]]`. */
interface Reversed {
  readonly starts: Int32Array;
  readonly sources: Int32Array;
}

/** The include graph from the other end. Built on the first question after {@link forget}. */
export class Includers {
  private reversed: Reversed | undefined;

  constructor(
    private readonly files: FileTable,
    private readonly direct: (file: LinkedFile) => Int32Array,
  ) {}

  /** The includes of a file may have changed. */
  forget(): void {
    this.reversed = undefined;
  }

  /** Paths of the files that include a file, directly or through others; sorted. */
  of(file: LinkedFile | undefined): readonly string[] {
    if (file === undefined) return [];
    const { starts, sources } = (this.reversed ??= this.build());
    const found = new Set<LinkedFile>([file]);
    // Iteration over a set includes elements added meanwhile.
    for (const { id } of found) {
      for (let at = starts[id] ?? 0; at < (starts[id + 1] ?? 0); at++) {
        const source = this.files.at(sources[at] ?? -1);
        if (source !== undefined) found.add(source);
      }
    }
    found.delete(file);
    return [...found].map(({ path }) => path).sort(comparePaths);
  }

  private build(): Reversed {
    const files = this.files.inOrder();
    const starts = new Int32Array(this.files.limit + 1);
    for (const file of files) for (const id of this.direct(file)) add(starts, id + 1, 1);
    for (let id = 1; id < starts.length; id++) add(starts, id, starts[id - 1] ?? 0);
    const sources = new Int32Array(starts.at(-1) ?? 0);
    const next = starts.slice();
    for (const file of files) {
      for (const id of this.direct(file)) {
        sources[next[id] ?? 0] = file.id;
        add(next, id, 1);
      }
    }
    return { starts, sources };
  }
}

function add(counts: Int32Array, at: number, more: number): void {
  counts[at] = (counts[at] ?? 0) + more;
}
