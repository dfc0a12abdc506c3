import { posix } from 'node:path';
import type { Files, FolderEntry, Listing, ListOptions, RawFile, SkippedFile } from '../../api.js';
import { git, GitFailure, missingObjects } from './git.js';
import { byCodeUnit, fileFilter, isHidden, SOURCE } from '../../paths.js';
import { rootPath } from '../files/list.js';
import { MAX_FILE_BYTES } from '../files/read.js';

/** Limits of one fetch: number of files, and their bytes. */
const BATCH_FILES = 512;

/** Represents the index: what is about to be committed. */
export const INDEX = ':';

interface Blob {
  readonly hash: string;
  readonly bytes: number;
}

type Listed = readonly (readonly [file: string, blob: Blob])[];

/** The files below the root at a commit. */
function committed(root: string, revision: string): Listed {
  const commit = git(
    root,
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    `unknown revision ${revision}`,
  );
  const prefix = git(root, ['rev-parse', '--show-prefix']).toString('utf8').replace(/\n$/, '');
  const tree = commit.toString('utf8').trim();
  const words = ['ls-tree', '-r', '-l', '-z', '--full-tree', tree, prefix === '' ? '.' : prefix];
  const files: [string, Blob][] = [];
  const missing: string[] = [];
  for (const line of git(root, words).toString('utf8').split('\0')) {
    const match = /^100\d+ blob ([0-9a-f]+) +(\d+|\S+)\t(.*)$/s.exec(line);
    if (!match) continue;
    const [, hash = '', size = '', path = ''] = match;
    const file = path.slice(prefix.length);
    // Git reports no size for a missing object.
    if (/^\d+$/.test(size)) files.push([file, { hash, bytes: Number(size) }]);
    else if (SOURCE.test(file)) missing.push(file);
  }
  if (missing.length > 0) throw missingObjects(missing.length, missing[0] ?? '');
  return files;
}

/** The files below the root in the index, which is only read. */
function staged(root: string): Listed {
  const entries: { readonly hash: string; readonly file: string }[] = [];
  for (const line of git(root, ['ls-files', '--stage', '-z']).toString('utf8').split('\0')) {
    const match = /^100\d+ ([0-9a-f]+) (\d)\t(.*)$/s.exec(line);
    if (!match) continue;
    const [, hash = '', stage, file = ''] = match;
    if (stage !== '0') throw new GitFailure(`${file} is not merged`);
    entries.push({ hash, file });
  }
  const asked = entries.map(({ hash }) => `${hash}\n`).join('');
  const sizes = git(root, ['cat-file', '--batch-check'], undefined, asked).toString('utf8').split('\n');
  const files = entries.map(({ hash, file }, index): [string, Blob] => {
    const [, , size] = (sizes[index] ?? '').split(' ');
    return [file, { hash, bytes: size === undefined ? NaN : Number(size) }];
  });
  const missing = files.filter(([file, { bytes }]) => Number.isNaN(bytes) && SOURCE.test(file));
  if (missing.length > 0) throw missingObjects(missing.length, missing[0]?.[0] ?? '');
  return files;
}

/** The files of a revision or of the index. Skips symbolic links and submodules. */
export class RevisionFiles implements Files {
  readonly id: string;
  private readonly blobs = new Map<string, Blob>();
  private readonly folders = new Map<string, FolderEntry[]>();
  private readonly fetched = new Map<string, Uint8Array>();
  /** Announced files that are not fetched yet. */
  private coming: readonly string[] = [];

  /** @throws {Error} with git's message if the repository or revision does not exist */
  constructor(
    private readonly root: string,
    revision: string,
  ) {
    this.id = `${root} at a revision`;
    this.folders.set('.', []);
    for (const [file, blob] of revision === INDEX ? staged(root) : committed(root, revision))
      this.add(file, blob);
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

  /** Fetches a file and the announced ones after it. */
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
      const head = output.toString('latin1', offset, start);
      if (head !== `${blob.hash} blob ${blob.bytes}\n`) throw missingObjects(1, name);
      this.fetched.set(name, Uint8Array.from(output.subarray(start, start + blob.bytes)));
      offset = start + blob.bytes + 1;
    }
  }
}
