import { folderOf } from '../analysis/base/paths.js';

/** A file of a scan. */
export interface SizedFile {
  /** Relative to the root. */
  readonly file: string;
  readonly bytes: number;
}

/** Source bytes of a part. */
export interface PartSize {
  /** A larger folder is divided. */
  readonly most: number;
  /** Folders that have no more together share a part. */
  readonly shared: number;
}

/**
 * Divides the files of a scan along folders: a folder that fits into a part is never divided, and small ones share a
 * part. The division depends on nothing but names and sizes, so that a part is the same in every run.
 * @param files sorted by name
 */
export function partsOf(files: readonly SizedFile[], size: PartSize): readonly (readonly string[])[] {
  const parts: string[][] = [];
  if (files.length > 0) divide(treeOf(files), size, parts);
  return parts;
}

/** A header costs a part only its outline, which is about this share of what a source of its size costs. */
const HEADER_SHARE = 0.05;
/** Folders count in steps of this share of a part, so that an edit hardly ever moves one into another part. */
const STEP = 1 / 64;

interface Folder {
  bytes: number;
  readonly own: Piece[];
  readonly folders: Map<string, Folder>;
}

/** Files that stay together. */
interface Piece {
  readonly bytes: number;
  readonly files: readonly string[];
}

function treeOf(files: readonly SizedFile[]): Folder {
  const root: Folder = { bytes: 0, own: [], folders: new Map() };
  for (const { file, bytes } of files) {
    const cost = file.endsWith('.c') ? bytes : bytes * HEADER_SHARE;
    const names = folderOf(file) === '' ? [] : folderOf(file).split('/');
    let at = root;
    at.bytes += cost;
    for (const name of names) {
      let next = at.folders.get(name);
      if (!next) at.folders.set(name, (next = { bytes: 0, own: [], folders: new Map() }));
      next.bytes += cost;
      at = next;
    }
    at.own.push({ bytes: cost, files: [file] });
  }
  return root;
}

function divide(folder: Folder, size: PartSize, parts: string[][]): void {
  const { most, shared } = size;
  if (folder.bytes <= most) {
    parts.push(filesOf(folder));
    return;
  }
  const own = folder.own.reduce((sum, { bytes }) => sum + bytes, 0);
  const files = folder.own.flatMap((piece) => piece.files);
  const pieces: Piece[] = own <= most ? [{ bytes: own, files }] : [...folder.own];
  for (const below of folder.folders.values())
    if (below.bytes > most) divide(below, size, parts);
    else pieces.push({ bytes: below.bytes, files: filesOf(below) });
  parts.push(...packed(pieces, shared));
}

/** The pieces in parts: each in the first one that has room for it, a large one in a part of its own. */
function packed(pieces: readonly Piece[], shared: number): readonly string[][] {
  const step = shared * STEP;
  const parts: { left: number; readonly files: string[] }[] = [];
  for (const { bytes, files } of pieces) {
    if (files.length === 0) continue;
    const needed = Math.min(shared, Math.ceil(bytes / step) * step);
    let part = parts.find(({ left }) => left >= needed);
    if (part === undefined) parts.push((part = { left: shared, files: [] }));
    part.files.push(...files);
    part.left -= needed;
  }
  return parts.map(({ files }) => files);
}

function filesOf({ own, folders }: Folder): string[] {
  return [...own.flatMap(({ files }) => files), ...[...folders.values()].flatMap(filesOf)];
}
