import type { Program } from '../analysis/link/types.js';
import type { FileOutline } from '../analysis/outline/types.js';

/** Finds outlines that match the loaded file contents. In an editor's program, other texts may stand for some files. */
export class LoadedOutlines {
  private readonly madeOf = new WeakMap<FileOutline, string>();

  /** `keys`: content keys of the loaded files. */
  constructor(private readonly keys: ReadonlyMap<string, string>) {}

  note(file: string, outline: FileOutline): void {
    const key = this.keys.get(file);
    if (key !== undefined) this.madeOf.set(outline, key);
  }

  /** The outline of a file in the program, if it belongs to the loaded content. */
  of(file: string, { program }: { readonly program: Pick<Program, 'outline'> }): FileOutline | undefined {
    const outline = program.outline(file);
    return outline && this.madeOf.get(outline) === this.keys.get(file) ? outline : undefined;
  }
}
