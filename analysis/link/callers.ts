import { runToEnd } from '../base/progress.js';
import type { CallableLookup } from './calls.js';
import type { FileTable, LinkedFile } from './files.js';
import type { NameTable } from './names.js';
import { grown } from './symbol-index.js';
import { aliasOf } from './symbols.js';

/** Files changed since the index was built, before it is built anew. */
const MOST_CHANGED = 64;

/** By name: the callables that use it like a call. */
type CallsByName = ReadonlyMap<string, readonly number[]>;

/**
 * Who calls a name: for each name the callables (entries) that use it like a call. Built over all files when
 * first asked; files changed since are looked through one by one.
 */
export class CallerIndex {
  private starts: Int32Array | undefined;
  private callers = new Int32Array(0);
  private aliases = new Map<string, Set<string>>();
  private readonly changed = new Set<LinkedFile>();
  /** What those call; `undefined` when one has changed since they were looked through. */
  private changedCalls: CallsByName | undefined;
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
    this.changedCalls = undefined;
    this.changed.add(file);
    if (this.changed.size > MOST_CHANGED) this.starts = undefined;
  }

  /** Entries of the callables that call `name`, whatever it means to them. */
  *of(name: string): Generator<number> {
    const starts = this.current();
    const id = this.names.find(name);
    if (id >= 0 && id + 1 < starts.length) {
      const end = starts[id + 1] ?? 0;
      for (let at = starts[id] ?? 0; at < end; at++) {
        const entry = this.callers[at] ?? 0;
        const file = this.files.at(this.callables.index.file(entry));
        if (file !== undefined && !this.changed.has(file)) yield entry;
      }
    }
    yield* this.callsOfChanged().get(name) ?? [];
  }

  /** Other names that some macro gives to `name`. */
  aliasesOf(name: string): Iterable<string> {
    this.current();
    this.callsOfChanged();
    return this.aliases.get(name) ?? [];
  }

  /** Names that a callable calls. */
  callsOf(file: LinkedFile, entry: number): readonly string[] {
    if (this.callables.isAlias(entry)) return [];
    const { outline } = file.summary;
    const item = this.callables.index.item(entry);
    return (this.callables.isMacro(entry) ? outline.macros[item] : outline.functions[item])?.calls ?? [];
  }

  /** Looks through the files that have changed, once for all questions until another one does. */
  private callsOfChanged(): CallsByName {
    if (this.changedCalls !== undefined) return this.changedCalls;
    const calls = new Map<string, number[]>();
    for (const file of this.changed) {
      if (this.files.at(file.id) !== file) continue;
      this.learnAliases(file);
      for (const entry of entriesOf(file)) {
        for (const name of new Set(this.callsOf(file, entry))) {
          const callers = calls.get(name);
          if (callers === undefined) calls.set(name, [entry]);
          else callers.push(entry);
        }
      }
    }
    this.changedCalls = calls;
    return calls;
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
    this.changedCalls = undefined;
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

function* entriesOf(file: LinkedFile): Generator<number> {
  const { start, count } = file.symbols.callables;
  for (let entry = start; entry < start + count; entry++) yield entry;
}
