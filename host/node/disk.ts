import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Files, FolderEntry, Listing, ListOptions, RawFile } from '../api.js';
import { listFiles, listingFiles } from './list.js';
import { readRaw } from './read.js';

/** The files as they are on disk at the moment. */
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
      return statSync(join(this.root, file)).size;
    } catch {
      return 0;
    }
  }

  prepare(): void {
    // The system reads ahead by itself.
  }

  read(file: string): RawFile {
    return readRaw(join(this.root, file));
  }

  kindOf(path: string): FolderEntry['kind'] | undefined {
    try {
      const stat = statSync(join(this.root, path));
      return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : undefined;
    } catch {
      return undefined;
    }
  }

  entries(folder: string): readonly FolderEntry[] {
    try {
      return readdirSync(join(this.root, folder), { withFileTypes: true }).flatMap((entry): FolderEntry[] => {
        if (entry.isFile()) return [{ name: entry.name, kind: 'file' }];
        return entry.isDirectory() ? [{ name: entry.name, kind: 'folder' }] : [];
      });
    } catch {
      return [];
    }
  }
}
