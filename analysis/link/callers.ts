import type { CallableLookup } from './calls.js';
import type { FileTable, LinkedFile } from './files.js';
import type { NameTable } from './names.js';
import { aliasOf } from './symbols.js';

/** Files changed since the index was built, before it is built anew. */
const MOST_CHANGED = 64;

/**
 * Who calls a name: for each name the callables (entries) that use it like a call. Built over all files when
 * first asked; files changed since are looked through one by one.
 */
export class CallerIndex {
  private starts: Int32Array | undefined;
  private callers = new Int32Array(0);
  private aliases = new Map<string, Set<string>>();
  private readonly changed = new Set<LinkedFile>();

  constructor(
    private readonly files: FileTable,
    private readonly names: NameTable,
    private readonly callables: CallableLookup,
  ) {}

  fileChanged(file: LinkedFile): void {
    if (this.starts === undefined) return;
    this.changed.add(file);
    if (this.changed.size > MOST_CHANGED) this.starts = undefined;
  }

  /** Entries of the callables that call `name`, whatever it means to them. */
  *of(name: string): Generator<number> {
    const starts = this.starts ?? this.build();
    const id = this.names.find(name);
    if (id >= 0 && id + 1 < starts.length) {
      const end = starts[id + 1] ?? 0;
      for (let at = starts[id] ?? 0; at < end; at++) {
        const entry = this.callers[at] ?? 0;
        const file = this.files.at(this.callables.index.file(entry));
        if (file !== undefined && !this.changed.has(file)) yield entry;
      }
    }
    for (const file of this.changed) {
      if (this.files.at(file.id) !== file) continue;
      for (const entry of entriesOf(file)) if (this.callsOf(file, entry).includes(name)) yield entry;
    }
  }

  /** Other names that some macro gives to `name`. */
  aliasesOf(name: string): Iterable<string> {
    if (this.starts === undefined) this.build();
    for (const file of this.changed) if (this.files.at(file.id) === file) this.learnAliases(file);
    return this.aliases.get(name) ?? [];
  }

  /** Names that a callable calls. */
  callsOf(file: LinkedFile, entry: number): readonly string[] {
    if (this.callables.isAlias(entry)) return [];
    const { functions, macros } = file.summary.outline;
    const item = this.callables.index.item(entry);
    return (this.callables.isMacro(entry) ? macros[item]?.calls : functions[item]?.calls) ?? [];
  }

  private build(): Int32Array {
    const counts: number[] = [];
    let total = 0;
    this.aliases = new Map();
    for (const file of this.files.inOrder()) {
      this.learnAliases(file);
      for (const entry of entriesOf(file)) {
        for (const name of this.callsOf(file, entry)) {
          const id = this.names.intern(name);
          counts[id] = (counts[id] ?? 0) + 1;
          total += 1;
        }
      }
    }
    const starts = new Int32Array(this.names.size + 1);
    for (let id = 0; id < this.names.size; id++) starts[id + 1] = (starts[id] ?? 0) + (counts[id] ?? 0);
    const fill = starts.slice();
    this.callers = new Int32Array(total);
    for (const file of this.files.inOrder()) {
      for (const entry of entriesOf(file)) {
        for (const name of this.callsOf(file, entry)) {
          const id = this.names.find(name);
          const at = fill[id] ?? 0;
          this.callers[at] = entry;
          fill[id] = at + 1;
        }
      }
    }
    this.changed.clear();
    this.starts = starts;
    return starts;
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
