import { folderOf, isBelow } from '../../base/paths.js';
import type { Program } from '../../link/types.js';

const INTERFACE = /^(?:arch\/[^/]+\/)?include\//u;

/** The files that can see a file's declarations. Memoized, so an instance serves one run of a check. */
export class FilesAround {
  private readonly known = new Map<string, readonly string[]>();

  constructor(private readonly program: Program) {}

  /**
   * The file itself; for a private header, the files around it that include it. `undefined` for public headers of the
   * kernel, which any file may include.
   */
  of(file: string): readonly string[] | undefined {
    if (!file.endsWith('.h')) return [file];
    if (INTERFACE.test(file)) return undefined;
    let found = this.known.get(file);
    if (found === undefined) {
      const folder = folderOf(folderOf(file));
      found = [file, ...this.program.includedBy(file).filter(isBelow(folder === '' ? [] : [folder]))];
      this.known.set(file, found);
    }
    return found;
  }
}
