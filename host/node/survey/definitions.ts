import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashText } from '../../../analysis/base/hash.js';
import { CallIndex, nameNumber, type FileCalls } from '../../call-index.js';
import { decode, readRaw } from '../files/read.js';
import { makeFolder } from '../files/folders.js';

/** A definition in the kernel's style: the name is on an unindented line that does not end the statement. */
const DEFINITION = /^(?:[A-Za-z_][\w\s*]*[\s*])?([A-Za-z_]\w*)\([^;]*$/gm;
/** A string that may name a device or an interrupt handler: short, and no sentence. */
const NAME_STRING = /"([A-Za-z]\w*)[^"\\\s]{0,30}(?: [^"\\\s]{1,16}){0,2}"/g;
/** Identifies the format; change it when files are read in another way. */
const FORMAT = 'definitions 2';

/** The index key of strings that name something: their letters up to the first digit or punctuation mark. */
const firstLetters = (name: string): string => /^[A-Za-z]{3,}/.exec(name)?.[0] ?? name;

/**
 * Finds the files of a tree that define some functions, including static ones, or that have a string that begins with
 * some name. Reads every file once and caches what it has until its size or time changes. Names are hashed: a
 * collision adds a file and never loses one.
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
    for (const file of files)
      if (this.namesOf(file).defines.some((name) => wanted.has(name))) found.add(file);
    this.write();
    return found;
  }

  /** Those of the files that have a string that begins with any of the names. */
  naming(files: readonly string[], names: ReadonlySet<string>): readonly string[] {
    const wanted = new Set([...names].map((name) => nameNumber(firstLetters(name))));
    const starts = [...names].map((name) => `"${name}`);
    const found = files.filter((file) => {
      if (!this.namesOf(file).calls.some((name) => wanted.has(name))) return false;
      const text = this.textOf(file);
      return starts.some((start) => text.includes(start));
    });
    this.write();
    return found;
  }

  private textOf(file: string): string {
    const raw = readRaw(join(this.root, file));
    const content = 'bytes' in raw ? decode(raw.bytes) : raw;
    return 'text' in content ? content.text : '';
  }

  /** The functions that a file defines, and as its calls the names that its strings begin with. */
  private namesOf(file: string): FileCalls {
    const path = join(this.root, file);
    let stat;
    try {
      stat = statSync(path);
    } catch {
      return { defines: new Uint32Array(), calls: new Uint32Array() };
    }
    const { size, mtimeMs } = stat;
    const known = this.index.get(file);
    if (known?.size === size && known.mtimeMs === mtimeMs) return known;
    const text = this.textOf(file);
    const defines = numbers(text.matchAll(DEFINITION), (name) => name);
    const calls = numbers(text.matchAll(NAME_STRING), firstLetters);
    const names = { size, mtimeMs, defines, calls };
    this.index.set(file, names);
    this.hasChanged = true;
    return names;
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

function numbers(matches: Iterable<RegExpExecArray>, of: (name: string) => string): Uint32Array {
  const names = new Set(Array.from(matches, ([, name = '']) => of(name)));
  return Uint32Array.from([...names], nameNumber).sort();
}
