import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Files, FolderEntry, Listing, ListOptions, RawFile } from '../../api.js';
import { listFiles, listingFiles } from './list.js';
import { entriesOf, systemPath } from './names.js';
import { readRaw, readRawLater } from './read.js';

/** The files as they currently are on disk. */
export class DiskFiles implements Files {
  readonly id: string;

  constructor(private readonly root: string) {
    this.id = root;
  }

  list(paths: readonly string[], options: ListOptions = {}): Listing {
    return listFiles(this.root, paths, options);
  }

  listing(paths: readonly string[], options: ListOptions = {}): Generator<undefined, Listing> {
    return listingFiles(this.root, paths, options);
  }

  sizeOf(file: string): number {
    try {
      return statSync(systemPath(join(this.root, file))).size;
    } catch {
      return 0;
    }
  }

  prepare(): void {
    // The operating system reads ahead by itself.
  }

  read(file: string): RawFile {
    return readRaw(join(this.root, file));
  }

  readonly later = {
    read: (file: string): Promise<RawFile> => readRawLater(join(this.root, file)),
    sizeOf: async (file: string): Promise<number> => {
      try {
        return (await stat(systemPath(join(this.root, file)))).size;
      } catch {
        return 0;
      }
    },
  };

  kindOf(path: string): 'file' | 'folder' | undefined {
    try {
      const stat = statSync(systemPath(join(this.root, path)));
      return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : undefined;
    } catch {
      return undefined;
    }
  }

  entries(folder: string): readonly FolderEntry[] {
    try {
      return entriesOf(join(this.root, folder)).flatMap((entry): FolderEntry[] => {
        if (entry.isFile()) return [{ name: entry.name, kind: 'file' }];
        if (entry.isDirectory()) return [{ name: entry.name, kind: 'folder' }];
        return entry.isSymbolicLink() ? [{ name: entry.name, kind: 'link' }] : [];
      });
    } catch {
      return [];
    }
  }
}
