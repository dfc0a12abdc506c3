import { runToEnd } from '../base/progress.js';
import { lowerBound } from '../base/search.js';
import type { CallableLookup } from './calls.js';
import type { FileTable, LinkedFile } from './files.js';
import type { NameTable } from './names.js';
import { grown } from './symbol-index.js';
import { aliasOf } from './symbols.js';

/** Files changed since the index was built, before it is built anew. */
const MOST_CHANGED = 64;
/** Callers are numbers below this. */
const CALLERS = 2 ** 31;

/**
 * Who calls a name: for each name the callables (entries) that use it like a call. Built over all files when
 * first asked; files changed since are looked through one by one, each once.
 */
export class CallerIndex {
  private starts: Int32Array | undefined;
  private callers = new Int32Array(0);
  private aliases = new Map<string, Set<string>>();
  /** Files that have changed since, and the calls in them; `undefined` where nobody has asked since it changed last. */
  private readonly changed = new Map<LinkedFile, CallsOfFile | undefined>();
  private isBehind = false;
  /** How often a file came, went or was replaced. */
  private edits = 0;

  constructor(
    private readonly files: FileTable,
    private readonly names: NameTable,
    private readonly callables: CallableLookup,
  ) {}

  /** Whether it was built: else to ask anything takes looking through all files. */
  get isThere(): boolean {
    return this.starts !== undefined;
  }

  fileChanged(file: LinkedFile): void {
    this.edits++;
    if (this.starts === undefined) return;
    this.changed.set(file, undefined);
    this.isBehind = true;
    if (this.changed.size > MOST_CHANGED) this.starts = undefined;
  }

  /** Entries of the callables that call `name`, whatever it means to them. */
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

  /** Other names that some macro gives to `name`. */
  aliasesOf(name: string): Iterable<string> {
    this.current();
    this.catchUp();
    return this.aliases.get(name) ?? [];
  }

  /** Names that a callable calls. */
  callsOf(file: LinkedFile, entry: number): readonly string[] {
    if (this.callables.isAlias(entry)) return [];
    const { outline } = file.summary;
    const item = this.callables.index.item(entry);
    return (this.callables.isMacro(entry) ? outline.macros[item] : outline.functions[item])?.calls ?? [];
  }

  /** Looks through the files that have changed since somebody asked. */
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

  /** Looks through all files for what is asked later, in slices. */
  *prepare(): Generator<void, void> {
    if (this.starts !== undefined) return;
    const { edits } = this;
    this.aliases = new Map();
    // Caller and name of each call, one after the other, then sorted by name.
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
      // Somebody who could not wait has looked through them, or one of them is another now.
      if (this.starts !== undefined || this.edits !== edits) return;
    }
    const starts = new Int32Array(this.names.size + 2);
    for (let at = 1; at < used; at += 2) {
      const after = (pairs[at] ?? 0) + 2;
      starts[after] = (starts[after] ?? 0) + 1;
    }
    for (let id = 1; id < starts.length; id++) starts[id] = (starts[id] ?? 0) + (starts[id - 1] ?? 0);
    // starts[id + 1] is where the next caller of `id` goes; when all are placed it is where they end.
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

/** Calls in one file: numbers of names with their callers, sorted. */
class CallsOfFile {
  /** Name and caller as one number, the name in front. */
  private readonly pairs: Float64Array;

  /** Name and caller of each call, one after the other. */
  constructor(calls: readonly number[]) {
    this.pairs = new Float64Array(calls.length / 2);
    for (let at = 0; at < calls.length; at += 2)
      this.pairs[at / 2] = (calls[at] ?? 0) * CALLERS + (calls[at + 1] ?? 0);
    this.pairs.sort();
  }

  /** Callers of a name. */
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
