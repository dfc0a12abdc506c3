import { posix } from 'node:path';
import type { Files, FolderEntry, Listing, ListOptions, RawFile, SkippedFile } from '../api.js';
import { git } from './git.js';
import { byCodeUnit, fileFilter, isHidden } from '../paths.js';
import { rootPath } from './list.js';
import { MAX_FILE_BYTES } from './read.js';

/** Files that are fetched in one go, and their bytes at most. */
const BATCH_FILES = 512;

/** Names the index: what is about to be committed. */
export const INDEX = ':';

interface Blob {
  readonly hash: string;
  readonly bytes: number;
}

/** The files as a revision or the index of the root's git repository has them. Symbolic links and submodules are left out. */
export class RevisionFiles implements Files {
  readonly id: string;
  private readonly blobs = new Map<string, Blob>();
  private readonly folders = new Map<string, FolderEntry[]>();
  private readonly fetched = new Map<string, Uint8Array>();
  /** Files announced and not fetched yet. */
  private coming: readonly string[] = [];

  /** @throws {Error} with git's own words when there is no such repository or revision */
  constructor(
    private readonly root: string,
    revision: string,
  ) {
    const tree =
      revision === INDEX
        ? git(root, ['write-tree'])
        : git(
            root,
            ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
            `unknown revision ${revision}`,
          );
    this.id = `${root} at a revision`;
    const prefix = git(root, ['rev-parse', '--show-prefix']).toString('utf8').trim();
    const listing = git(root, [
      'ls-tree',
      '-r',
      '-l',
      '-z',
      '--full-tree',
      tree.toString('utf8').trim(),
      prefix === '' ? '.' : prefix,
    ]);
    this.folders.set('.', []);
    for (const line of listing.toString('utf8').split('\0')) {
      const match = /^100\d+ blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line);
      if (match)
        this.add((match[3] ?? '').slice(prefix.length), { hash: match[1] ?? '', bytes: Number(match[2]) });
    }
  }

  list(paths: readonly string[], options: ListOptions = {}): Listing {
    const isWanted = fileFilter(options);
    const files = new Set<string>();
    const skipped: SkippedFile[] = [];
    for (const path of paths) {
      const name = rootPath(this.root, path);
      if (name === undefined) skipped.push({ file: path, reason: 'outside-root' });
      else if (this.blobs.has(name)) files.add(name);
      else if (this.folders.has(name)) this.walk(name, isWanted, files);
      else skipped.push({ file: name, reason: 'not-found' });
    }
    return { files: [...files].sort(byCodeUnit), skipped };
  }

  prepare(files: readonly string[]): void {
    this.coming = files;
  }

  read(file: string): RawFile {
    const blob = this.blobs.get(file);
    if (!blob) return { skipped: 'not-found' };
    if (blob.bytes > MAX_FILE_BYTES) return { skipped: 'file-too-large' };
    if (!this.fetched.has(file)) this.fetch(file);
    const bytes = this.fetched.get(file);
    this.fetched.delete(file);
    return bytes ? { bytes } : { skipped: 'unreadable' };
  }

  kindOf(path: string): 'file' | 'folder' | undefined {
    if (this.blobs.has(path)) return 'file';
    return this.folders.has(path) ? 'folder' : undefined;
  }

  entries(folder: string): readonly FolderEntry[] {
    return this.folders.get(folder) ?? [];
  }

  private add(file: string, blob: Blob): void {
    this.blobs.set(file, blob);
    this.enter(file, 'file');
  }

  private enter(path: string, kind: FolderEntry['kind']): void {
    const parent = posix.dirname(path);
    let siblings = this.folders.get(parent);
    if (!siblings) {
      siblings = [];
      this.folders.set(parent, siblings);
      this.enter(parent, 'folder');
    }
    siblings.push({ name: posix.basename(path), kind });
  }

  private walk(folder: string, isWanted: (path: string) => boolean, files: Set<string>): void {
    for (const { name, kind } of this.entries(folder)) {
      const path = folder === '.' ? name : `${folder}/${name}`;
      if (kind === 'file') {
        if (isWanted(path)) files.add(path);
      } else if (!isHidden(name)) this.walk(path, isWanted, files);
    }
  }

  /** Fetches a file and those that were announced to come after it. */
  private fetch(file: string): void {
    const at = this.coming.indexOf(file);
    const wanted = at < 0 ? [file] : this.coming.slice(at, at + BATCH_FILES);
    const blobs = wanted.flatMap((name) => {
      const blob = this.blobs.get(name);
      return blob && blob.bytes <= MAX_FILE_BYTES ? [{ name, blob }] : [];
    });
    const output = git(
      this.root,
      ['cat-file', '--batch'],
      undefined,
      blobs.map(({ blob }) => `${blob.hash}\n`).join(''),
    );
    let offset = 0;
    for (const { name, blob } of blobs) {
      // `<hash> blob <size>\n<bytes>\n`
      const start = output.indexOf(0x0a, offset) + 1;
      this.fetched.set(name, Uint8Array.from(output.subarray(start, start + blob.bytes)));
      offset = start + blob.bytes + 1;
    }
  }
}
