import type { Program } from '../analysis/link/types.js';
import type { FileOutline } from '../analysis/outline/types.js';

/** Which content outlines were made of: in the program of an editor, other texts may stand for some files. */
export class LoadedOutlines {
  private readonly madeOf = new WeakMap<FileOutline, string>();

  /** `keys` of the contents that were loaded, by file. */
  constructor(private readonly keys: ReadonlyMap<string, string>) {}

  note(file: string, outline: FileOutline): void {
    const key = this.keys.get(file);
    if (key !== undefined) this.madeOf.set(outline, key);
  }

  /** The outline of a file in the program, if it is of what was loaded. */
  of(file: string, { program }: { readonly program: Pick<Program, 'outline'> }): FileOutline | undefined {
    const outline = program.outline(file);
    return outline && this.madeOf.get(outline) === this.keys.get(file) ? outline : undefined;
  }
}
