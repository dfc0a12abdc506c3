import { folderOf } from '../base/paths.js';
import type { Program } from '../link/types.js';

const INTERFACE = /^(?:arch\/[^/]+\/)?include\//u;

/** The files that can see what a file declares. Answers are kept, so an instance serves one run of a check. */
export class FilesAround {
  private byFolder: ReadonlyMap<string, readonly string[]> | undefined;
  private readonly known = new Map<string, readonly string[]>();

  constructor(private readonly program: Program) {}

  /**
   * The file itself, and for a header of some code's own those around it that include it. `undefined` for the
   * kernel's interfaces, which anybody includes.
   */
  of(file: string): readonly string[] | undefined {
    if (!file.endsWith('.h')) return [file];
    if (INTERFACE.test(file)) return undefined;
    let found = this.known.get(file);
    if (found === undefined) {
      const near = this.below(folderOf(folderOf(file)));
      found = near.filter((other) => other === file || this.program.includesFile(other, file));
      this.known.set(file, found);
    }
    return found;
  }

  /** All files of a folder and of the folders in it, in the order of the program. */
  private below(folder: string): readonly string[] {
    this.byFolder ??= this.listed();
    return this.byFolder.get(folder) ?? [];
  }

  private listed(): ReadonlyMap<string, readonly string[]> {
    const folders = new Map<string, string[]>();
    for (const file of this.program.files.keys()) {
      for (let path = file; path !== '';) {
        path = folderOf(path);
        const files = folders.get(path);
        if (files === undefined) folders.set(path, [file]);
        else files.push(file);
      }
    }
    return folders;
  }
}
