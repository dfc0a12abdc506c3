import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashText } from '../../../analysis/base/hash.js';
import { CallIndex, nameNumber } from '../../call-index.js';
import { decode, readRaw } from '../files/read.js';
import { makeFolder } from '../files/folders.js';

/** A definition in the kernel's style: the name is on an unindented line that does not end the statement. */
const DEFINITION = /^(?:[A-Za-z_][\w\s*]*[\s*])?([A-Za-z_]\w*)\([^;]*$/gm;
/** Identifies the format; change it when files are read in another way. */
const FORMAT = 'definitions 1';

/**
 * Finds the files of a tree that define some functions, including static ones. Reads every file once and caches what it
 * defines until its size or time changes. Names are hashed: a collision adds a file and never loses one.
 */
export class Definitions {
  private readonly index: CallIndex;
  private hasChanged = false;

  constructor(
    private readonly root: string,
    /** Folder of the cache; without one, every file is read each time. */
    private readonly cache: string | undefined,
  ) {
    this.index = this.read();
  }

  /** Those of the files, relative to the root, that define any of the functions. */
  defining(files: readonly string[], functions: ReadonlySet<string>): ReadonlySet<string> {
    const wanted = new Set([...functions].map(nameNumber));
    const found = new Set<string>();
    for (const file of files) if (this.namesOf(file).some((name) => wanted.has(name))) found.add(file);
    this.write();
    return found;
  }

  private namesOf(file: string): Uint32Array {
    const path = join(this.root, file);
    let stat;
    try {
      stat = statSync(path);
    } catch {
      return new Uint32Array();
    }
    const { size, mtimeMs } = stat;
    const known = this.index.get(file);
    if (known?.size === size && known.mtimeMs === mtimeMs) return known.defines;
    const raw = readRaw(path);
    const content = 'bytes' in raw ? decode(raw.bytes) : raw;
    const text = 'text' in content ? content.text : '';
    const names = new Set([...text.matchAll(DEFINITION)].map(([, name = '']) => name));
    const defines = Uint32Array.from([...names], nameNumber).sort();
    this.index.set(file, { size, mtimeMs, defines, calls: new Uint32Array() });
    this.hasChanged = true;
    return defines;
  }

  private get path(): string {
    return join(this.cache ?? '', 'definitions', `${hashText(this.root)}.index`);
  }

  private read(): CallIndex {
    if (this.cache === undefined) return new CallIndex();
    try {
      return CallIndex.decode(readFileSync(this.path), FORMAT);
    } catch {
      return new CallIndex();
    }
  }

  /** Replaces the index atomically; an index that cannot be written is rebuilt next time. */
  private write(): void {
    if (this.cache === undefined || !this.hasChanged) return;
    try {
      makeFolder(dirname(this.path));
      writeFileSync(`${this.path}.new`, this.index.encode(FORMAT));
      renameSync(`${this.path}.new`, this.path);
      this.hasChanged = false;
    } catch {
      // Read-only or full.
    }
  }
}
