/** If more files change on disk, as with another branch, they are read in the background. */
export const FEW_FILES = 64;

/** The part of a root that is needed to tell what changed in it. */
interface Contents {
  readonly place: { readonly root: string };
  readonly view: { readonly program: { readonly files: ReadonlyMap<string, unknown> } } | undefined;
  /** Findings of this and earlier programs. */
  readonly known: readonly { readonly at: { readonly file: string } }[];
}

/**
 * The sources among names that changed below a root. Editors report a folder that was added, removed or replaced as a
 * whole, without its files.
 */
export function changedSources(
  names: readonly string[],
  contents: Contents,
  disk: { below(root: string, folder: string): readonly string[] | undefined },
): readonly string[] {
  const found = new Set<string>();
  /** Folders that contain other files than before, or are gone. */
  const folders = new Set<string>();
  for (const name of names) {
    const isSource = /\.(?:[ch]|lockorder)$/.test(name);
    const below = isSource ? [name] : disk.below(contents.place.root, name);
    if (below === undefined || (!isSource && below.length > 0)) folders.add(name);
    for (const file of below ?? []) found.add(file);
  }
  if (folders.size === 0) return [...found];
  const known = [...(contents.view?.program.files.keys() ?? []), ...contents.known.map(({ at }) => at.file)];
  for (const file of known) if (isBelow(file, folders)) found.add(file);
  return [...found];
}

function isBelow(file: string, folders: ReadonlySet<string>): boolean {
  for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
    if (folders.has(file.slice(0, end))) return true;
  }
  return false;
}

/** The part of a program that is needed here. */
interface Program {
  /** Whether it contains more than the open documents and their headers. */
  readonly isBig: boolean;
  /** Files beside these that it should contain and does not. */
  besides(files: readonly string[]): readonly string[];
}

/** Files that changed on disk after a program read them. */
export class DiskChanges {
  private readonly waiting = new Set<string>();
  /** Files that changed while a larger program was being built, which may have read them before. */
  private readonly meanwhile = new Set<string>();
  /** Open documents whose folders were looked at. */
  private looked = new Set<string>();

  get any(): boolean {
    return this.waiting.size > 0;
  }

  note(files: readonly string[], isReading: boolean): void {
    for (const file of files) {
      this.waiting.add(file);
      if (isReading) this.meanwhile.add(file);
    }
  }

  /** Notes changes that only the program under construction needs to know. */
  noteMeanwhile(files: readonly string[]): void {
    for (const file of files) this.meanwhile.add(file);
  }

  /** Requeues changes after another program has replaced the current one, or failed to. */
  again(): void {
    for (const file of this.meanwhile) this.waiting.add(file);
    this.meanwhile.clear();
  }

  /** Files that a program has to read now, without open documents. */
  take(program: Program, open: ReadonlyMap<string, unknown>): readonly string[] {
    const files = new Set(this.waiting);
    this.waiting.clear();
    if (program.isBig) {
      const opened = [...open.keys()].filter((file) => !this.looked.has(file));
      // The folders of what changed may hold others that no one reported.
      for (const file of program.besides([...files, ...opened])) files.add(file);
      this.looked = new Set(open.keys());
    }
    return [...files].filter((file) => !open.has(file));
  }
}
