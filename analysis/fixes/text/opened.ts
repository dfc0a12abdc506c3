import { named } from '../../outline/named.js';
import { LineTable } from '../../base/span.js';
import type { FileOutline } from '../../outline/types.js';
import { append } from '../../base/lists.js';
import type { Program } from '../../link/types.js';
import type { FunctionCode, Helper } from './code.js';

/** Bounds of the cache. Function trees are large, and successive findings share them. */
const MOST_FUNCTIONS = 256;
const MOST_NAMES = 4_096;
const MOST_TEXTS = 8;

/** Memoizes the sources that fixes of one program read: many findings are about the same functions. */
export class Opened {
  private readonly texts = new Map<string, string>();
  private lines: { readonly text: string; readonly table: LineTable } | undefined;
  private readonly functions = new Map<FileOutline, Map<number, FunctionCode | string>>();
  private size = 0;
  private named: ReadonlyMap<string, readonly string[]> | undefined;
  private readonly helpers = new Map<string, { readonly found: Helper | undefined }>();
  private readonly containers = new Map<string, { readonly found: number | undefined }>();

  /** The text of a file, memoized, since `read` goes to the disk each time. */
  textOf(file: string, read: () => string | undefined): string | undefined {
    const known = this.texts.get(file);
    if (known !== undefined) return known;
    const text = read();
    if (this.texts.size >= MOST_TEXTS) this.texts.clear();
    if (text !== undefined) this.texts.set(file, text);
    return text;
  }

  linesOf(text: string): LineTable {
    if (this.lines?.text !== text) this.lines = { text, table: new LineTable(text) };
    return this.lines.table;
  }

  function(
    text: string,
    outline: FileOutline,
    index: number,
    read: () => FunctionCode | string,
  ): FunctionCode | string {
    const known = this.functions.get(outline)?.get(index);
    if (typeof known === 'string' || known?.text === text) return known;
    const code = read();
    if (this.size >= MOST_FUNCTIONS) {
      this.functions.clear();
      this.size = 0;
    }
    const own = this.functions.get(outline) ?? new Map<number, FunctionCode | string>();
    this.functions.set(outline, own.set(index, code));
    this.size += 1;
    return code;
  }

  /** Files that name a function, or something else, other than to call it, in the order of the program's. */
  naming({ files }: Pick<Program, 'files'>, name: string): readonly string[] {
    this.named ??= filesByName(files);
    return this.named.get(name) ?? [];
  }

  helper(file: string, name: string, find: () => Helper | undefined): Helper | undefined {
    return remembered(this.helpers, `${file}:${name}`, find);
  }

  container(file: string, name: string, find: () => number | undefined): number | undefined {
    return remembered(this.containers, `${file}:${name}`, find);
  }
}

function remembered<T>(known: Map<string, { readonly found: T }>, key: string, find: () => T): T {
  const entry = known.get(key);
  if (entry) return entry.found;
  const found = find();
  if (known.size >= MOST_NAMES) known.clear();
  known.set(key, { found });
  return found;
}

/** By name: the files that use it as a value, keep it in a table, or hand it to a macro at file scope. */
function filesByName(files: Program['files']): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [file, { outline }] of files) {
    for (const name of new Set(named(outline))) append(found, name, file);
  }
  return found;
}
