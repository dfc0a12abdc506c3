import { BOUNDS } from '../../base/bounds.js';
import { runToEnd } from '../../base/progress.js';
import { lowerBound } from '../../base/lists.js';
import type { CallableLookup } from './calls.js';
import type { FileTable, LinkedFile } from '../files/files.js';
import type { NameTable } from '../names/names.js';
import { grown } from '../names/symbol-index.js';
import { aliasOf } from '../names/symbols.js';

/** Upper bound of the numbers of callers. */
const CALLERS = 2 ** 31;

/**
 * Index of callers: for each name, the callables (entries) that use it like a call. Built over all files at the first
 * query; a file changed since is read once, separately.
 */
export class CallerIndex {
  private starts: Int32Array | undefined;
  private callers = new Int32Array(0);
  private aliases = new Map<string, Set<string>>();
  /** Files changed since the build, with their calls; `undefined` until the first query after the change. */
  private readonly changed = new Map<LinkedFile, CallsOfFile | undefined>();
  private isBehind = false;
  /** Number of files added, replaced or removed. */
  private edits = 0;

  constructor(
    private readonly files: FileTable,
    private readonly names: NameTable,
    private readonly callables: CallableLookup,
  ) {}

  /** Whether the index is built. If not, a query has to read all files. */
  get isThere(): boolean {
    return this.starts !== undefined;
  }

  fileChanged(file: LinkedFile): void {
    this.edits++;
    if (this.starts === undefined) return;
    this.changed.set(file, undefined);
    this.isBehind = true;
    if (this.changed.size > BOUNDS.changedFilesOfCallers) this.starts = undefined;
  }

  /** Entries of the callables that call `name`, whatever it resolves to for them. */
  *of(name: string): Generator<number> {
    const starts = this.current();
    this.catchUp();
    const id = this.names.find(name);
    if (id >= 0 && id + 1 < starts.length) {
      const end = starts[id + 1] ?? 0;
      for (let at = starts[id] ?? 0; at < end; at++) {
        const entry = this.callers[at] ?? 0;
        const file = this.files.at(this.callables.index.file(entry));
        if (file !== undefined && !this.changed.has(file)) yield entry;
      }
    }
    for (const calls of this.changed.values()) if (calls !== undefined) yield* calls.of(id);
  }

  /** Other names that a macro gives to `name`. */
  aliasesOf(name: string): Iterable<string> {
    this.current();
    this.catchUp();
    return this.aliases.get(name) ?? [];
  }

  /** The names a callable calls. */
  callsOf(file: LinkedFile, entry: number): readonly string[] {
    if (this.callables.isAlias(entry)) return [];
    const { outline } = file.summary;
    const item = this.callables.index.item(entry);
    return (this.callables.isMacro(entry) ? outline.macros[item] : outline.functions[item])?.calls ?? [];
  }

  /** Reads the files that changed since the last query. */
  private catchUp(): void {
    if (!this.isBehind) return;
    this.isBehind = false;
    for (const [file, known] of this.changed) {
      if (known !== undefined || this.files.at(file.id) !== file) continue;
      this.learnAliases(file);
      const calls: number[] = [];
      for (const entry of entriesOf(file)) {
        for (const name of new Set(this.callsOf(file, entry))) calls.push(this.names.intern(name), entry);
      }
      this.changed.set(file, new CallsOfFile(calls));
    }
  }

  private current(): Int32Array {
    if (this.starts === undefined) runToEnd(this.prepare());
    return this.starts ?? new Int32Array(0);
  }

  /** Builds the index over all files in slices. */
  *prepare(): Generator<void, void> {
    if (this.starts !== undefined) return;
    const { edits } = this;
    this.aliases = new Map();
    // Caller and name of each call, alternating; sorted by name later.
    let pairs = new Int32Array(1 << 12);
    let used = 0;
    for (const file of this.files.inOrder()) {
      this.learnAliases(file);
      for (const entry of entriesOf(file)) {
        const calls = this.callsOf(file, entry);
        if (used + 2 * calls.length > pairs.length) pairs = grown(pairs, used + 2 * calls.length);
        for (const name of calls) {
          pairs[used++] = entry;
          pairs[used++] = this.names.intern(name);
        }
      }
      yield;
      // Another query built it meanwhile, or a file changed.
      if (this.starts !== undefined || this.edits !== edits) return;
    }
    const starts = new Int32Array(this.names.size + 2);
    for (let at = 1; at < used; at += 2) {
      const after = (pairs[at] ?? 0) + 2;
      starts[after] = (starts[after] ?? 0) + 1;
    }
    for (let id = 1; id < starts.length; id++) starts[id] = (starts[id] ?? 0) + (starts[id - 1] ?? 0);
    // starts[id + 1] is the slot for the next caller of `id`; at the end it is the end of the list.
    this.callers = new Int32Array(used / 2);
    for (let at = 0; at < used; at += 2) {
      const after = (pairs[at + 1] ?? 0) + 1;
      const place = starts[after] ?? 0;
      this.callers[place] = pairs[at] ?? 0;
      starts[after] = place + 1;
    }
    this.changed.clear();
    this.isBehind = false;
    this.starts = starts;
  }

  private learnAliases(file: LinkedFile): void {
    for (const entry of entriesOf(file)) {
      if (!this.callables.isAlias(entry)) continue;
      const macro = file.summary.outline.macros[this.callables.index.item(entry)];
      const meaning = macro && aliasOf(macro);
      if (macro === undefined || meaning === undefined) continue;
      const known = this.aliases.get(meaning);
      if (known === undefined) this.aliases.set(meaning, new Set([macro.name]));
      else known.add(macro.name);
    }
  }
}

/** The calls of one file: numbers of names with their callers, sorted. */
class CallsOfFile {
  /** Name and caller packed into one number, the name in the high part. */
  private readonly pairs: Float64Array;

  /** `calls` alternates name and caller. */
  constructor(calls: readonly number[]) {
    this.pairs = new Float64Array(calls.length / 2);
    for (let at = 0; at < calls.length; at += 2)
      this.pairs[at / 2] = (calls[at] ?? 0) * CALLERS + (calls[at + 1] ?? 0);
    this.pairs.sort();
  }

  /** The callers of a name. */
  *of(name: number): Generator<number> {
    const { pairs } = this;
    const [first, end] = [name * CALLERS, (name + 1) * CALLERS];
    let at = lowerBound(pairs, first);
    for (let pair = pairs[at]; pair !== undefined && pair < end; pair = pairs[++at]) yield pair - first;
  }
}

function* entriesOf(file: LinkedFile): Generator<number> {
  const { start, count } = file.symbols.callables;
  for (let entry = start; entry < start + count; entry++) yield entry;
}
