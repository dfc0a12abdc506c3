import type { Files, FolderEntry, Listing, ListOptions, RawFile } from '../api.js';
import { byCodeUnit, fileFilter, isHidden } from '../paths.js';

/** Access to the files of a folder without a disk. Paths are relative to the folder, with `/`. */
export interface FileSource {
  /** All files that may matter, without hidden folders. */
  list(): Promise<readonly string[]>;
  /** `undefined` if the file does not exist. */
  read(file: string): Promise<Uint8Array | undefined>;
}

/** Maximum number of concurrent reads. */
const MOST_AT_ONCE = 24;
/** Larger files are generated data, in bytes. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/**
 * The files of one folder from an asynchronous source. A file must be fetched before it is read and stays until it is
 * forgotten.
 */
export class VirtualFiles implements Files {
  private readonly names = new Set<string>();
  private readonly folders = new Map<string, Map<string, FolderEntry>>();
  private readonly contents = new Map<string, RawFile>();

  constructor(
    readonly id: string,
    private readonly source: FileSource,
  ) {}

  /** Lists the files. Rejects if the folder cannot be read. */
  async open(): Promise<void> {
    for (const file of await this.source.list()) this.add(file);
  }

  /** Fetches missing files. A file that cannot be read counts as missing. */
  async fetch(files: readonly string[]): Promise<void> {
    const wanted = files.filter((file) => !this.contents.has(file));
    let next = 0;
    const work = async (): Promise<void> => {
      for (let file = wanted[next++]; file !== undefined; file = wanted[next++]) {
        this.contents.set(file, await this.get(file));
      }
    };
    await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, wanted.length) }, work));
  }

  /** Makes the next `fetch` read these files again, also those that did not exist. */
  forget(files: readonly string[]): void {
    for (const file of files) this.contents.delete(file);
  }

  private async get(file: string): Promise<RawFile> {
    try {
      const bytes = await this.source.read(file);
      if (!bytes) {
        this.remove(file);
        return { skipped: 'not-found' };
      }
      this.add(file);
      return bytes.length > MAX_FILE_BYTES ? { skipped: 'file-too-large' } : { bytes };
    } catch {
      return { skipped: 'unreadable' };
    }
  }

  list(paths: readonly string[], options: ListOptions = {}): Listing {
    const isWanted = fileFilter(options);
    const isBelow = (file: string): boolean =>
      paths.some((path) => path === '.' || file === path || file.startsWith(`${path}/`));
    const files = [...this.names].filter((file) => isBelow(file) && isWanted(file)).sort(byCodeUnit);
    return { files, skipped: [] };
  }

  prepare(): void {
    // Nothing to do: the caller has fetched the files.
  }

  read(file: string): RawFile {
    return this.contents.get(file) ?? { skipped: 'not-found' };
  }

  kindOf(path: string): 'file' | 'folder' | undefined {
    if (this.names.has(path)) return 'file';
    return this.folders.has(path) ? 'folder' : undefined;
  }

  entries(folder: string): readonly FolderEntry[] {
    return [...(this.folders.get(folder)?.values() ?? [])];
  }

  private add(file: string): void {
    if (this.names.has(file) || file.split('/').slice(0, -1).some(isHidden)) return;
    this.names.add(file);
    let kind: FolderEntry['kind'] = 'file';
    for (let path = file; path !== '.'; kind = 'folder') {
      const end = path.lastIndexOf('/');
      const folder = end < 0 ? '.' : path.slice(0, end);
      const entries = this.folders.get(folder) ?? new Map<string, FolderEntry>();
      this.folders.set(folder, entries);
      const name = path.slice(end + 1);
      entries.set(name, { name, kind });
      path = folder;
    }
  }

  private remove(file: string): void {
    if (!this.names.delete(file)) return;
    const end = file.lastIndexOf('/');
    this.folders.get(end < 0 ? '.' : file.slice(0, end))?.delete(file.slice(end + 1));
  }
}
